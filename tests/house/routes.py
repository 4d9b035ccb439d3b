"""Every route of the house with requests that fit it: filled with things of the village, or with ids that
never existed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver

from tests import make, village
from tests.village import AT, COMMUNE, PASSWORD, UPPER, an_id

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


@dataclass(frozen=True)
class Things:
    """What the paths and bodies of the matrix name."""

    household: UUID
    person: UUID
    observation: UUID
    roster: UUID
    applied: UUID
    user: UUID
    device: int
    post: int
    hamlet: str
    commune: str


# Ids that nothing in the house ever had.
NEVER = Things(
    *(an_id(f"never {n}") for n in range(6)),
    device=99_999_999,
    post=99_999_999,
    hamlet="00454-99",
    commune="99999",
)


def things() -> Things:
    """Those of the upper hamlet; needs the village, and makes what the village has not."""
    from accounts.models import Device, Post
    from checklist.actions import record_observations
    from people.actions import apply_import, stage_import

    seen = make.observation(an_id("lan"), "identity", "level1", id=an_id("seen"))
    [receipt] = record_observations(by=village.actor("an"), observations=[seen], at=AT)
    assert receipt.state == "applied", receipt
    dung = village.actor("dung")
    for name in ("staged", "applied"):
        stage_import(by=dung, import_id=an_id(name), area=COMMUNE, data=roster(name), at=AT)
    apply_import(by=dung, import_id=an_id("applied"), at=AT)
    return Things(
        household=an_id("nguyen"),
        person=an_id("lan"),
        observation=an_id("seen"),
        roster=an_id("staged"),
        applied=an_id("applied"),
        user=an_id("an"),
        device=Device.objects.get(user_id=an_id("an")).pk,
        post=Post.objects.get(user_id=an_id("an")).pk,
        hamlet=UPPER,
        commune=COMMUNE,
    )


def roster(name: str) -> bytes:
    """A small roster as a CSV file."""
    who = {"staged": "Phạm Thị Đào", "applied": "Bùi Văn Mận"}[name]
    return f"Họ và tên,Năm sinh,Thôn\n{who},1970,Thôn Thượng\n{who} Em,1972,Thôn Thượng\n".encode()


@dataclass(frozen=True)
class Call:
    """One request: the path below / and the body (bytes with a media type, or JSON)."""

    path: str
    body: Any = None
    media_type: str = "application/json"


def _upload(it: Things) -> tuple[bytes, str]:
    parts = f'--x\r\nContent-Disposition: form-data; name="area"\r\n\r\n{it.commune}\r\n--x\r\n'.encode()
    parts += b'Content-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n' + roster("staged")
    return parts + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


# What each door takes. A door without a line here is called with an empty body.
BODIES: dict[tuple[str, str], Callable[[Things], Any]] = {
    ("POST", "api/v1/areas/<str:code>/hamlets"): lambda it: {"name": "Thôn Mới", "kind": "village"},
    ("POST", "api/v1/accounts/enrolments"): lambda it: {
        "role": "volunteer",
        "area": it.hamlet,
        "full_name": "Ai Đó",
        "phone": "0912999999",
    },
    ("POST", "api/v1/accounts/enrol"): lambda it: {
        "code": "x" * 43,
        "device_name": "máy",
        "password": PASSWORD,
    },
    ("POST", "api/v1/accounts/sign-in"): lambda it: {
        "phone": "0912000001",
        "password": PASSWORD,
        "device_name": "máy",
    },
    ("POST", "api/v1/accounts/posts"): lambda it: {
        "user": str(it.user),
        "role": "team_lead",
        "area": it.hamlet,
    },
    ("POST", "api/v1/people/households"): lambda it: {"id": str(an_id("new home")), "hamlet": it.hamlet},
    ("PATCH", "api/v1/people/households/<uuid:household_id>"): lambda it: {
        "base": {"address": "Ngõ 3"},
        "set": {"address": "Ngõ 4"},
    },
    ("POST", "api/v1/people/households/<uuid:household_id>/persons"): lambda it: {
        "id": str(an_id("new person")),
        "full_name": "Ai Đó",
    },
    ("PATCH", "api/v1/people/persons/<uuid:person_id>"): lambda it: {
        "base": {"relation": "head"},
        "set": {"relation": "spouse"},
    },
    ("POST", "api/v1/checklist/self-check"): lambda it: {"age": 40},
    ("POST", "api/v1/checklist/observations"): lambda it: make.document(
        it.person, "identity", "level2_active", id=str(an_id("new fact"))
    ),
    ("POST", "api/v1/checklist/retractions"): lambda it: {
        "id": str(an_id("new retraction")),
        "observation": str(it.observation),
    },
}
QUERIES: dict[str, Callable[[Things], str]] = {
    "api/v1/reports/coverage": lambda it: f"area={it.hamlet}",
}
_IN_PATH = {
    "household_id": "household",
    "person_id": "person",
    "import_id": "roster",
    "device_id": "device",
    "post_id": "post",
    "code": "commune",
}


@dataclass(frozen=True)
class Route:
    """A pattern of the URL conf and what answers it."""

    pattern: str
    view: Any

    @property
    def names_a_thing(self) -> bool:
        """True when the path names something of somebody (the code of an area is public)."""
        return "<uuid:" in self.pattern or "<int:" in self.pattern

    def call(self, method: str, it: Things) -> Call:
        """A request that fits the door, about these things."""
        if self.pattern.endswith("undo"):
            it = replace(it, roster=it.applied)
        path = self.pattern
        for name, thing in _IN_PATH.items():
            for kind in ("uuid", "int", "str"):
                path = path.replace(f"<{kind}:{name}>", str(getattr(it, thing)))
        path = path.replace("<str:code>", it.commune)
        if method == "GET" and self.pattern in QUERIES:
            path += "?" + QUERIES[self.pattern](it)
        if (method, self.pattern) == ("POST", "api/v1/people/imports"):
            return Call(f"/{path}", *_upload(it))
        body = BODIES.get((method, self.pattern))
        return Call(f"/{path}", None if method == "GET" else body(it) if body else {})


def routes(urlconf: Any = None) -> list[Route]:
    """Every route of the URL conf."""
    return list(_walk(get_resolver(urlconf), ""))


def _walk(resolver: URLResolver, prefix: str) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        pattern = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, pattern)
        else:
            assert isinstance(entry, URLPattern)
            yield Route(pattern, entry.callback)
