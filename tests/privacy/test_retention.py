"""What is past its time goes, exactly; a dry run says what the real one does."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from accounts.models import Device
from base.models import SYSTEM
from people.actions import Edit, change_persons
from people.models import Person
from privacy.actions import end_request, file_request, issue_code, keep_limits
from privacy.models import Code, Request
from privacy.rules import LIMITS
from tests.privacy.grounds import by_consent
from tests.village import AT, actor, an_id

pytestmark = pytest.mark.django_db
NOTHING: dict[str, list[str]] = {**{name: [] for name in LIMITS}, "notes": []}
MONTHS_13 = AT + timedelta(days=396)


def left(person: UUID, presence: str, days: int) -> None:
    edit = Edit(person, {"presence": "present"}, {"presence": presence})
    at = AT + timedelta(days=days)
    assert change_persons(by=actor("dung", at), edits=[edit], at=at)[0].state == "applied"


def settled() -> dict[str, list[str]]:
    """Some who are due after thirteen months, and beside each somebody who is not."""
    gone, died, late, here = (by_consent(f"Lò Thị {name}") for name in ("Một", "Hai", "Ba", "Bốn"))
    left(gone, "moved", 1)
    left(died, "deceased", 20)
    left(late, "moved", 60)  # eleven months before
    undone = by_consent("Lò Thị Năm")
    Person.objects.filter(pk=undone).update(removed_at=AT)
    ended = file_request(by=actor("an"), person=an_id("lan"), kind="access", at=AT)
    end_request(by=actor("dung"), request_id=ended.pk, granted=True, at=AT)
    issue_code(by=actor("an"), person=here, at=AT)
    due = {"persons_left": sorted(map(str, (gone, died, undone))), "requests": []}
    revoked = Device.objects.get(user_id=an_id("revoked")).pk
    return {**NOTHING, **due, "codes": [str(Code.objects.get().pk)], "device_names": [str(revoked)]}


def kept() -> tuple[set[Any], ...]:
    return tuple({*model._default_manager.values_list("pk", flat=True)} for model in (Person, Request, Code))


def test_C_10_thirteen_months_later_exactly_what_is_due_is_gone() -> None:
    due = settled()
    before = kept()
    assert keep_limits(by=SYSTEM, at=MONTHS_13, dry=True) == due
    assert kept() == before
    assert keep_limits(by=SYSTEM, at=MONTHS_13, dry=False) == due
    after = kept()
    assert {str(pk) for pk in before[0] - after[0]} == set(due["persons_left"])
    assert (before[1] - after[1], len(after[2])) == (set(), 0)
    assert keep_limits(by=SYSTEM, at=MONTHS_13, dry=False) == NOTHING


def test_C_10_a_request_goes_two_years_after_its_end() -> None:
    settled()
    later = keep_limits(by=SYSTEM, at=AT + timedelta(days=731), dry=False)
    assert len(later["requests"]) == 1
    assert not Request.objects.exists()


def test_C_10_control_a_limit_that_is_a_day_off_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    due = settled()
    monkeypatch.setitem(LIMITS, "persons_left", timedelta(days=396 - 19))
    found = keep_limits(by=SYSTEM, at=MONTHS_13, dry=True)
    assert set(found["persons_left"]) < set(due["persons_left"])
