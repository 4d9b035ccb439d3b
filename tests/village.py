"""The one fixed cast of all stories: two communes of Hà Nội, three hamlets, and who does what there.

Built by the same actions as everything else, once a session; stories run in transactions on top of it.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID, uuid5

import msgspec
from django.test import Client

from accounts.actions import appoint, dismiss, open_account
from accounts.actor import Actor
from accounts.models import Device, Post, User
from accounts.queries import actor_of
from accounts.rules import Role
from areas.actions import add_hamlets, decide_basis
from areas.models import Area
from base.models import SYSTEM
from people.actions import GivenConsent, NewHousehold, NewPerson, register_households

AT = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 2)
FAMILY = UUID("00000000-0000-7000-8000-000000000000")

COMMUNE, OTHER_COMMUNE, PROVINCE = "00454", "00004", "01"
UPPER, LOWER, FAR = "00454-01", "00454-02", "00004-01"

# name -> (phone, role, area): who plays in every story.
CAST: dict[str, tuple[str, Role | None, str]] = {
    "an": ("+84912000001", Role.VOLUNTEER, UPPER),
    "binh": ("+84912000002", Role.TEAM_LEAD, UPPER),
    "chi": ("+84912000003", Role.VOLUNTEER, LOWER),
    "dung": ("+84912000004", Role.AREA_ADMIN, COMMUNE),
    "giang": ("+84912000005", Role.AREA_ADMIN, PROVINCE),
    "hai": ("+84912000006", Role.AREA_ADMIN, OTHER_COMMUNE),
    "khanh": ("+84912000007", Role.VOLUNTEER, FAR),
    "lien": ("+84912000008", Role.AUDITOR, COMMUNE),
    "minh": ("+84912000009", Role.EDITOR, COMMUNE),
    "nobody": ("+84912000010", None, ""),
    "dismissed": ("+84912000011", Role.VOLUNTEER, UPPER),
    "disabled": ("+84912000012", Role.VOLUNTEER, UPPER),
    "revoked": ("+84912000013", Role.VOLUNTEER, UPPER),
}
# Both communes have decided; the third of the province has not.
DECISION: dict[str, Any] = {
    "number": "12/QĐ-UBND",
    "decided_on": date(2026, 1, 5),
    "issued_by": "Ủy ban nhân dân xã",
    "purpose": "Hỗ trợ người dân sử dụng dịch vụ số",
}
PASSWORD = "mot-mat-khau-du-dai"


def an_id(name: str) -> UUID:
    """The id of somebody or something in the stories, the same in every run."""
    return uuid5(FAMILY, name)


def token_of(name: str) -> str:
    """The device token of a member of the cast."""
    return f"token-of-{name}"


@dataclass
class Reply:
    """An answer, its status, its body and its JSON (None where there is none)."""

    raw: Any
    status: int = field(init=False)
    body: bytes = field(init=False)
    json: Any = field(init=False)

    def __post_init__(self) -> None:
        self.status = self.raw.status_code
        self.body = body = b"".join(self.raw)
        is_json = "json" in self.raw.headers.get("Content-Type", "")
        self.json = msgspec.json.decode(body) if body and is_json else None


class Caller:
    """Somebody at a phone or a desk, calling the API by HTTP."""

    def __init__(self, token: str | None = None, language: str | None = None) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        if language:
            headers["accept-language"] = language
        self.client = Client(raise_request_exception=False, headers=headers)

    def call(self, method: str, path: str, body: Any = None, **extra: Any) -> Reply:
        """`path` below /api/v1 unless it begins with /; bytes go as they are, anything else as JSON."""
        url = path if path.startswith("/") else f"/api/v1/{path}"
        if body is not None and not isinstance(body, bytes):
            body = msgspec.json.encode(body)
        extra.setdefault("content_type", "application/json")
        return Reply(self.client.generic(method, url, body or b"", **extra))

    def get(self, path: str, **query: Any) -> Reply:
        from urllib.parse import urlencode

        return self.call("GET", f"{path}?{urlencode(query)}" if query else path)

    def post(self, path: str, body: Any = None, **extra: Any) -> Reply:
        return self.call("POST", path, body, **extra)

    def patch(self, path: str, body: Any = None) -> Reply:
        return self.call("PATCH", path, body)

    def delete(self, path: str) -> Reply:
        return self.call("DELETE", path)

    def upload(self, path: str, name: str, data: bytes, **fields: str) -> Reply:
        """multipart/form-data with one file."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        url = f"/api/v1/{path}"
        return Reply(self.client.post(url, {**fields, "file": SimpleUploadedFile(name, data)}))


def calling(name: str | None = None, language: str | None = None) -> Caller:
    """A member of the cast (None: nobody signed in), ready to call."""
    return Caller(token_of(name) if name else None, language)


def actor(name: str, at: datetime = AT) -> Actor:
    """A member of the cast as the actions know him."""
    return actor_of(an_id(name), at)


def hamlet_id(code: str) -> int:
    """The row of a hamlet; asked for once where it is of the village, whose rows no story renews."""
    return _row_of(code) if code in (UPPER, LOWER, FAR) else _row_of.__wrapped__(code)


@cache
def _row_of(code: str) -> int:
    return int(Area.objects.get(code=code, level="hamlet").pk)


def build() -> None:
    """Builds the village on the loaded areas; needs an otherwise empty database."""
    for commune in (COMMUNE, OTHER_COMMUNE):
        decide_basis(by=SYSTEM, area=commune, at=AT, **DECISION)
    add_hamlets(by=SYSTEM, commune=COMMUNE, hamlets=[("Thôn Thượng", "village")], at=AT)
    add_hamlets(by=SYSTEM, commune=COMMUNE, hamlets=[("Thôn Hạ", "village")], at=AT)
    add_hamlets(by=SYSTEM, commune=OTHER_COMMUNE, hamlets=[("Tổ dân phố số 1", "neighbourhood")], at=AT)
    for name, (phone, role, area) in CAST.items():
        _admit(name, phone, role, area)
    User.objects.filter(pk=an_id("disabled")).update(is_active=False)
    Device.objects.filter(user_id=an_id("revoked")).update(revoked_at=AT)
    dismiss(by=SYSTEM, post_id=Post.objects.get(user_id=an_id("dismissed")).pk, at=AT - timedelta(minutes=1))
    register_households(by=SYSTEM, households=[nguyen(), tran(), le()], at=AT)


def _admit(name: str, phone: str, role: Role | None, area: str) -> None:
    user = open_account(by=SYSTEM, phone=phone, full_name=name.title(), password=PASSWORD)
    columns = User.objects.phone_columns(an_id(name), phone)
    User.objects.filter(pk=user.pk).update(id=an_id(name), **columns)
    Device.objects.create(
        user_id=an_id(name),
        name="máy thử",
        token_hash=hashlib.sha256(token_of(name).encode()).digest(),
        created_at=AT,
        token_until=AT + timedelta(days=36500),
        expires_at=AT + timedelta(days=36500),
    )
    if role is not None:
        appoint(by=SYSTEM, user_id=an_id(name), role=role, area=area, at=AT - timedelta(days=1))


def agreed(name: str | UUID, by: str = "") -> GivenConsent:
    """A consent read out in Vietnamese at AT; `by`: the adult who gave it for a minor."""
    return GivenConsent(
        id=an_id(name) if isinstance(name, str) else name,
        decision="given",
        text="2026-01",
        language="vi",
        channel="spoken",
        witness="household_member",
        given_at=AT,
        representative=an_id(by) if by else None,
    )


def nguyen() -> NewHousehold:
    """Upper hamlet: bà Lan (head, 1958), her son Hùng (1985), his daughter Mai (born 2012)."""
    return NewHousehold(
        id=an_id("nguyen"),
        hamlet=UPPER,
        address="Ngõ 3",
        persons=[
            NewPerson(
                id=an_id("lan"),
                full_name="Nguyễn Thị Lan",
                birth_year=1958,
                sex="female",
                relation="head",
                phone="0912 345 678",
            ),
            NewPerson(
                id=an_id("hung"),
                full_name="Đặng Văn Hùng",
                birth_date=date(1985, 3, 12),
                sex="male",
                relation="child",
            ),
            NewPerson(
                id=an_id("mai"),
                full_name="Đặng Ngọc Mai",
                birth_date=date(2012, 5, 1),
                sex="female",
                relation="grandchild",
            ),
        ],
    )


def tran() -> NewHousehold:
    """Lower hamlet: ông Tâm alone."""
    tam = NewPerson(id=an_id("tam"), full_name="Trần Văn Tâm", birth_year=1950, sex="male", relation="head")
    return NewHousehold(id=an_id("tran"), hamlet=LOWER, persons=[tam])


def le() -> NewHousehold:
    """The other commune: chị Thu."""
    thu = NewPerson(
        id=an_id("thu"),
        full_name="Lê Thị Thu Canary",
        birth_date=date(1990, 1, 1),
        relation="head",
        phone="0987654321",
    )
    return NewHousehold(id=an_id("le"), hamlet=FAR, address="Canary 7", persons=[thu])
