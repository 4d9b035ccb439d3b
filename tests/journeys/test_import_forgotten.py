"""A roster that was read and never applied holds names and phones: after a week it is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.rules import Role
from base.errors import RightMissing
from base.models import SYSTEM
from people.actions import drop_stale_imports
from people.models import Import
from people.tasks import drop_stale_imports as hourly
from tests.people.rosters import applied, csv, row, staged
from tests.village import actor

pytestmark = pytest.mark.django_db
ROSTER = csv(row("Bùi Thị Én", phone="0912777888"))


def grow_old(number: str, **age: int) -> None:
    Import.objects.filter(pk=number).update(staged_at=timezone.now() - timedelta(**age))


def test_a_week_after_it_was_read_it_is_gone() -> None:
    old, young, done = staged(ROSTER)["id"], staged(ROSTER)["id"], applied(ROSTER)["id"]
    grow_old(old, days=7, minutes=1)
    grow_old(young, days=6, hours=23)
    grow_old(done, days=400)
    hourly()
    assert {str(pk) for pk in Import.objects.values_list("pk", flat=True)} == {young, done}


def test_it_is_told_how_many() -> None:
    for _ in range(2):
        grow_old(staged(ROSTER)["id"], days=8)
    assert drop_stale_imports(by=SYSTEM, at=timezone.now()) == 2
    assert drop_stale_imports(by=SYSTEM, at=timezone.now()) == 0


def test_only_the_house_itself_forgets() -> None:
    assert Role.AREA_ADMIN in {post.role for post in actor("giang").posts}
    with pytest.raises(RightMissing):
        drop_stale_imports(by=actor("giang"), at=timezone.now())
