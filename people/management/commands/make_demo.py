"""`manage.py make_demo`: a commune with a roster and five accounts, for trying the house out."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid5

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accounts.actions import appoint, open_account
from accounts.actor import Actor
from accounts.queries import actor_of, holds_post
from accounts.rules import Role
from areas.actions import decide_basis
from areas.queries import find_area, path_of
from areas.queries.bases import bases_over
from base.models import SYSTEM
from people import actions
from people.queries import find_import

COMMUNE = "00454"
HAMLET = "00454-01"
PROVINCE = "01"
OTHER_COMMUNE = "00004"
PASSWORD = "san-sang-so-demo"  # noqa: S105 - printed by the command; production refuses to run it
DECISION: dict[str, Any] = {
    "number": "01/QĐ-UBND (mẫu)",
    "decided_on": date(2026, 1, 5),
    "issued_by": "Ủy ban nhân dân xã (mẫu)",
    "purpose": "Hỗ trợ người dân sử dụng dịch vụ số",
}
ROSTER = Path(__file__).resolve().parents[2] / "data" / "xa-dong.xlsx"
CAST = (
    ("+84900000003", "Cán bộ xã (mẫu)", Role.AREA_ADMIN, COMMUNE),
    ("+84900000004", "Cán bộ tỉnh (mẫu)", Role.AREA_ADMIN, PROVINCE),
    ("+84900000005", "Cán bộ xã khác (mẫu)", Role.AREA_ADMIN, OTHER_COMMUNE),
    ("+84900000001", "Thành viên Tổ (mẫu)", Role.VOLUNTEER, HAMLET),
    ("+84900000002", "Tổ trưởng (mẫu)", Role.TEAM_LEAD, HAMLET),
)


class Command(BaseCommand):
    help = "Makes the demo: a roster imported into commune 00454 and five accounts. Never in production."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("The demo has known passwords: production refuses it.")
        at = datetime.now(UTC)
        admin = self._admit(*CAST[0], at)
        for code in (COMMUNE, OTHER_COMMUNE):
            commune = find_area(code)
            if commune and not bases_over(path_of(commune)).exists():
                decide_basis(by=SYSTEM, area=code, at=at, **DECISION)
        self._import(admin, at)
        for member in CAST[1:]:
            self._admit(*member, at)
        self.stdout.write(f"Mật khẩu chung / Password of all: {PASSWORD}")
        for phone, name, role, area in sorted(CAST):
            self.stdout.write(f"  {phone}  {name}: {role.value}, {area}")

    def _admit(self, phone: str, name: str, role: Role, area: str, at: datetime) -> Actor:
        user = open_account(by=SYSTEM, phone=phone, full_name=name, password=PASSWORD)
        if not holds_post(user.pk, role, area):
            appoint(by=SYSTEM, user_id=user.pk, role=role, area=area, at=at)
        return actor_of(user.pk, datetime.now(UTC))

    def _import(self, admin: Actor, at: datetime) -> None:
        """The roster goes the way of every roster; its id is fixed, so a second run finds it."""
        assert admin.user_id is not None
        import_id = uuid5(admin.user_id, "demo roster")
        roster = find_import(admin, import_id)
        if roster is None:
            roster = actions.stage_import(
                by=admin, import_id=import_id, area=COMMUNE, data=ROSTER.read_bytes(), at=at
            )
        if roster.state == "staged":
            actions.apply_import(by=admin, import_id=import_id, at=at)
