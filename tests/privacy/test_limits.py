"""Each class of what is kept has its limit: a second before it nothing goes, then exactly what is due."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Device, User
from base.models import SYSTEM, new_id
from checklist.actions import record_visits
from checklist.models import Visit
from notices.actions import set_mailbox
from notices.models import Mailbox
from people.actions import NewHousehold, apply_import, register_households, stage_import
from people.models import Change, Household, Import, Person
from privacy.actions import keep_limits
from privacy.rules import LIMITS
from reports.actions import request_export
from reports.models import Export
from reports.rules import Cut
from sync.models import Receipt
from tests import make
from tests.privacy.grounds import by_consent, undecided
from tests.sync.saying import LAN, change, observation, push
from tests.village import AT, CAST, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
# From when it is counted, the ids that are due, and whether what had to go is gone.
Story = tuple[datetime, list[Any], Callable[[], bool]]


@pytest.fixture(autouse=True)
def ledger(settings: Any, tmp_path: Any) -> None:
    settings.ERASURES_FILE = str(tmp_path / "erasures.log")


def persons_ungrounded() -> Story:
    by_consent("Lò Thị Hoa")  # she agreed herself, and stays
    undecided()
    due = [an_id(name) for name in ("lan", "hung", "mai", "tam")]
    rest = {"Lò Thị Hoa", "Lê Thị Thu Canary"}
    return AT, due, lambda: {*Person.objects.values_list("full_name", flat=True)} == rest


def households_empty() -> Story:
    home = NewHousehold(new_id(), UPPER, "Nhà bỏ trống")
    assert register_households(by=SYSTEM, households=[home], at=AT)[0].state == "applied"
    assert record_visits(by=actor("an"), visits=[make.visit(home.id)], at=AT)[0].state == "applied"
    here = Household.objects.filter(pk=home.id)
    return AT, [home.id], lambda: not here.exists() and not Visit.objects.exists()


def contacts_changed() -> Story:
    edit = {"base": {"phone": "+••••••••678"}, "set": {"phone": "0912000111"}}
    assert calling("an").patch(f"people/persons/{LAN}", edit).status == 200
    row = Change.objects.get(field="phone")
    rows = Change.objects.filter(pk=row.pk)
    return row.at, [row.pk], lambda: rows.values_list("old", "new").get() == ("", "")


def roster_problems() -> Story:
    roster, data = new_id(), "Họ tên,Năm sinh\nLò Văn Sáu,1980\nLò Văn Bảy,năm mão\n".encode()
    stage_import(by=actor("dung"), import_id=roster, area=UPPER, data=data, at=AT)
    apply_import(by=actor("dung"), import_id=roster, at=AT)
    assert Import.objects.get(pk=roster).problems
    return AT, [roster], lambda: Import.objects.get(pk=roster).problems == []


def said() -> Story:
    command = change(LAN, full_name=("Ai", "Ai Khác"))
    assert push("an", command)[0]["state"] == "conflict"
    return of_receipt(command["id"], "conflict")


def held() -> Story:
    command = observation(LAN)
    assert push("chi", command)[0]["state"] == "held"
    return of_receipt(command["id"], "refused")


def of_receipt(pk: str, state: str) -> Story:
    line = Receipt.objects.get(pk=pk)
    assert line.data

    def emptied() -> bool:
        now = Receipt.objects.get(pk=pk)
        return (now.state, now.data, now.current, now.area_id) == (state, None, None, None)

    return line.at, [pk], emptied


def staff() -> Story:
    who = an_id("dismissed")
    User.objects.update(created_at=AT)
    Device.objects.filter(user_id__in=[who, an_id("nobody")]).update(expires_at=AT)
    User.objects.filter(pk=an_id("nobody")).update(is_superuser=True)
    set_mailbox(by=actor("dismissed"), email="ai@example.vn", at=AT)

    def gone() -> bool:
        row = User.objects.get(pk=who)
        free = not User.objects.of_phone(CAST["dismissed"][0]).exists()
        nameless = "Dismissed" not in row.full_name and not row.is_active
        return free and nameless and not Mailbox.objects.filter(user_id=who).exists()

    return AT, [who], gone


def device_names() -> Story:
    device = Device.objects.get(user_id=an_id("revoked"))
    return AT, [device.pk], lambda: Device.objects.get(pk=device.pk).name == ""


def export_reasons() -> Story:
    export, cut = new_id(), Cut(UPPER, AT.date())
    words: dict[str, Any] = {"form": "csv", "cut": cut, "language": "vi", "at": AT}
    request_export(by=actor("binh"), export_id=export, table="register", reason="Kiểm tra quyền", **words)
    return AT, [export], lambda: Export.objects.get(pk=export).reason == ""


STORIES = [
    persons_ungrounded,
    households_empty,
    contacts_changed,
    roster_problems,
    said,
    held,
    staff,
    device_names,
    export_reasons,
]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__)
def test_C_10_each_class_goes_at_its_limit_and_not_before(story: Callable[[], Story]) -> None:
    since, ids, is_gone = story()
    name, at = story.__name__, since + LIMITS[story.__name__]
    due = sorted(str(pk) for pk in ids)
    assert keep_limits(by=SYSTEM, at=at - timedelta(seconds=1), dry=False)[name] == []
    assert not is_gone()
    told = keep_limits(by=SYSTEM, at=at, dry=True)
    assert sorted(told[name]) == due
    assert not is_gone()
    assert keep_limits(by=SYSTEM, at=at, dry=False) == told
    assert is_gone()
    assert keep_limits(by=SYSTEM, at=at, dry=False)[name] == []


def test_C_10_every_limit_has_its_story() -> None:
    elsewhere = {"persons_left", "requests", "codes"}  # test_retention
    assert {story.__name__ for story in STORIES} | elsewhere == set(LIMITS)


def test_who_still_works_here_keeps_his_name() -> None:
    User.objects.update(created_at=AT)
    Device.objects.update(expires_at=AT)
    due = keep_limits(by=SYSTEM, at=timezone.now() + 3 * LIMITS["staff"], dry=True)["staff"]
    assert set(due) == {str(an_id(name)) for name in ("dismissed", "nobody")}
