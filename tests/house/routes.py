"""Every route of the house with requests that fit it: filled with things of the village, or with ids that
never existed."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import openpyxl
from django.urls import URLPattern, URLResolver, get_resolver

from base.models import SYSTEM
from reports.rules import target_file
from tests import make, village
from tests.village import AT, COMMUNE, LOWER, PASSWORD, UPPER, an_id

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
    enrolment: int = 99_999_999
    guide: str = "activate-vneid"
    media: str = "0123456789abcdef0123456789abcdef.webp"
    command: UUID = field(default_factory=lambda: an_id("never held"))
    export: UUID = field(default_factory=lambda: an_id("never exported"))
    schedule: UUID = field(default_factory=lambda: an_id("never scheduled"))
    request: UUID = field(default_factory=lambda: an_id("never asked"))
    basis: int = 99_999_999


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
    from accounts.actions import invite
    from accounts.models import Device, Post
    from accounts.rules import Role
    from areas.models import Basis
    from checklist.actions import record_observations, record_visits
    from people.actions import apply_import, give_consents, stage_import
    from reports.actions.periods import close_period
    from sync.actions import Pushed, Spoken, apply_batch

    seen = make.observation(an_id("lan"), "identity", "level1", id=an_id("seen"))
    [receipt] = record_observations(by=village.actor("an"), observations=[seen], at=AT)
    assert receipt.state == "applied", receipt
    met = make.visit(an_id("nguyen"), id=an_id("met"))
    [receipt] = record_visits(by=village.actor("an"), visits=[met], at=AT)
    assert receipt.state == "applied", receipt
    asked = make.consent(an_id("lan"), id=an_id("asked"))
    [receipt] = give_consents(by=village.actor("an"), consents=[asked], at=AT)
    assert receipt.state == "applied", receipt
    said = Spoken(an_id("held"), "observation.record", make.document(an_id("lan"), "safety", "briefed"))
    pushed = Pushed(an_id("batch"), AT, [said], bytes=0, app_version="", elapsed=lambda: 0)
    [told] = apply_batch(by=village.actor("khanh"), pushed=pushed, at=AT)
    assert told.state == "held", told
    dung = village.actor("dung")
    who = {"role": Role.VOLUNTEER, "area": UPPER, "full_name": "Ai Đó", "phone": "0912999998"}
    asked_in = invite(by=dung, at=datetime.now(UTC), **who)  # type: ignore[arg-type]
    close_period(by=dung, area=COMMUNE, first_on=date(2026, 10, 1), last_on=date(2026, 10, 31), at=AT)
    for name in ("staged", "applied"):
        stage_import(by=dung, import_id=an_id(name), area=COMMUNE, data=roster(name), at=AT)
    apply_import(by=dung, import_id=an_id("applied"), at=AT)
    _office()
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
        enrolment=asked_in.id,
        command=an_id("held"),
        export=an_id("export"),
        schedule=an_id("schedule"),
        request=_request(),
        basis=Basis.objects.get(area__code=COMMUNE).pk,
    )


def _request() -> UUID:
    """What a citizen asked at the door; and a line of the register of breaches."""
    from privacy.actions import file_request, open_breach

    span = {"since": AT, "until": AT, "at": AT}
    open_breach(by=SYSTEM, kind="area", what=COMMUNE, is_drill=True, **span)
    return file_request(by=village.actor("an"), person=an_id("lan"), kind="object", at=AT).pk


def _office() -> None:
    """A list that the team lead asked for, his regular report, and what the public is told."""
    from reports.actions import publishing, request_export, set_schedule
    from reports.rules import Cut

    binh, cut = village.actor("binh"), Cut(UPPER, AT.date())
    words: dict[str, Any] = {"form": "csv", "cut": cut, "language": "vi", "at": AT}
    request_export(by=binh, export_id=an_id("export"), table="register", reason="Kiểm tra quyền", **words)
    words |= {"every": "week", "roles": []}
    set_schedule(by=binh, schedule_id=an_id("schedule"), table="coverage", **words)
    publishing._publish(SYSTEM, village.PROVINCE, AT.date(), AT)


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


@cache
def _targets() -> tuple[bytes, str]:
    """A spreadsheet of targets without any."""
    book, file = openpyxl.Workbook(), io.BytesIO()
    headings = [vi for vi, _ in target_file.HEADINGS.values()]
    book.active.append(headings)  # type: ignore[union-attr]
    book.save(file)
    parts = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n' + file.getvalue()
    return parts + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"


# What each door takes. A door without a line here is called with an empty body.
BODIES: dict[tuple[str, str], Callable[[Things], Any]] = {
    ("POST", "api/v1/areas/<str:code>/hamlets"): lambda it: {"name": "Thôn Mới", "kind": "village"},
    ("PUT", "api/v1/areas/<str:code>/hotline"): lambda it: {"phone": "024 3733 1234"},
    ("POST", "api/v1/areas/<str:code>/decisions"): lambda it: {
        "number": "99/QĐ-UBND",
        "decided_on": "2026-02-01",
        "issued_by": "Ủy ban nhân dân xã",
        "purpose": "Hỗ trợ người dân",
    },
    ("POST", "api/v1/privacy/self-view"): lambda it: {"code": ""},
    ("POST", "api/v1/privacy/requests"): lambda it: {"code": "", "kind": "erase"},
    ("POST", "api/v1/privacy/inbox/<uuid:request_id>/end"): lambda it: {"granted": False},
    ("POST", "api/v1/privacy/persons/<uuid:person_id>/requests"): lambda it: {"kind": "access"},
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
    ("POST", "api/v1/accounts/totp/confirm"): lambda it: {"otp": "000000"},
    ("POST", "api/v1/accounts/step-up"): lambda it: {"password": PASSWORD},
    ("POST", "api/v1/accounts/provider/sign-in"): lambda it: {
        "ticket": "x",
        "state": "x",
        "code": "x",
        "device_name": "máy",
    },
    ("POST", "api/v1/accounts/refresh"): lambda it: {"refresh": "x.y", "next": "z" * 43},
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
    ("POST", "api/v1/people/households/<uuid:household_id>/move"): lambda it: {"hamlet": LOWER},
    ("POST", "api/v1/people/persons/<uuid:person_id>/consents"): lambda it: make.consent_document(
        id=an_id("new consent")
    ),
    ("POST", "api/v1/people/households/<uuid:household_id>/persons"): lambda it: {
        "id": str(an_id("new person")),
        "full_name": "Ai Đó",
    },
    ("PATCH", "api/v1/people/persons/<uuid:person_id>"): lambda it: {
        "base": {"relation": "head"},
        "set": {"relation": "spouse"},
    },
    ("POST", "api/v1/checklist/self-check"): lambda it: {"age": 40},
    ("POST", "api/v1/guides/<str:slug>/feedback"): lambda it: {"version": 1, "step": 1, "worked": True},
    ("POST", "api/v1/checklist/observations"): lambda it: make.document(
        it.person, "identity", "level2_active", id=str(an_id("new fact"))
    ),
    ("POST", "api/v1/checklist/retractions"): lambda it: {
        "id": str(an_id("new retraction")),
        "observation": str(it.observation),
    },
    ("POST", "api/v1/sync/push"): lambda it: {
        "batch": str(an_id("new batch")),
        "sent_at": AT.isoformat(),
        "commands": [
            {
                "id": str(an_id("new command")),
                "kind": "observation.record",
                "data": make.document(it.person, "identity", "level2_active", id=str(an_id("new fact"))),
            }
        ],
    },
    ("POST", "api/v1/sync/quarantine"): lambda it: {
        "batch": str(an_id("new batch")),
        "sent_at": AT.isoformat(),
        "commands": [],
    },
    ("POST", "api/v1/reports/register"): lambda it: {"area": it.hamlet, "reason": "Kiểm tra quyền xem"},
    ("POST", "api/v1/reports/exports"): lambda it: {"table": "coverage", "format": "csv", "area": it.hamlet},
    ("POST", "api/v1/reports/schedules"): lambda it: {
        "table": "coverage",
        "format": "csv",
        "area": it.hamlet,
        "every": "week",
    },
    ("PUT", "api/v1/notices/mailbox"): lambda it: {"email": "ai@example.org"},
    ("POST", "api/v1/reports/targets"): lambda it: {
        "area": it.hamlet,
        "item": "identity",
        "first_on": "2026-01-01",
        "last_on": "2026-12-31",
        "denominator": "registered",
        "share": "80",
        "document": "Kế hoạch 1",
    },
    ("POST", "api/v1/reports/periods"): lambda it: {
        "area": it.hamlet,
        "first_on": "2026-09-01",
        "last_on": "2026-09-30",
    },
    ("POST", "api/v1/checklist/visits"): lambda it: make.visit_document(it.household, id=an_id("new visit")),
}
QUERIES: dict[str, Callable[[Things], str]] = {
    **{
        f"api/v1/reports/{table}": lambda it: f"area={it.hamlet}"
        for table in (
            *(
                "coverage",
                "bottlenecks",
                "households",
                "team_activity",
                "follow_up",
                "trend",
                "targets",
                "indicators",
            ),
            "periods",
        )
    },
    "api/v1/people/duplicates": lambda it: f"area={it.commune}",
    "api/v1/reports/public": lambda it: f"area={it.commune}",
    "api/v1/reports/public/manifest": lambda it: f"area={it.commune}",
    "api/v1/reports/coverage/chart.svg": lambda it: f"area={it.hamlet}",
    "api/v1/reports/coverage/chart.png": lambda it: f"area={it.hamlet}",
    "api/v1/reports/trend/chart.svg": lambda it: f"area={it.hamlet}",
    "api/v1/reports/trend/chart.png": lambda it: f"area={it.hamlet}",
    "api/v1/reports/exports/<uuid:export_id>/file": lambda it: "key=x",
    "api/v1/reports/adjustments": lambda it: f"area={it.hamlet}&since=2026-10-01&on=2026-10-31",
}
# What each name in a path stands for.
IN_PATH = {
    "household_id": "household",
    "person_id": "person",
    "import_id": "roster",
    "device_id": "device",
    "post_id": "post",
    "enrolment_id": "enrolment",
    "user_id": "user",
    "command_id": "command",
    "export_id": "export",
    "schedule_id": "schedule",
    "request_id": "request",
    "basis_id": "basis",
    "code": "commune",
    "slug": "guide",
    "name": "media",
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
        for name, thing in IN_PATH.items():
            for kind in ("uuid", "int", "str"):
                path = path.replace(f"<{kind}:{name}>", str(getattr(it, thing)))
        path = path.replace("<str:code>", it.commune).replace("<str:table>", "nothing")
        if method == "GET" and self.pattern in QUERIES:
            path += "?" + QUERIES[self.pattern](it)
        if (method, self.pattern) == ("POST", "api/v1/people/imports"):
            return Call(f"/{path}", *_upload(it))
        if (method, self.pattern) == ("POST", "api/v1/reports/targets/import"):
            return Call(f"/{path}", *_targets())
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
