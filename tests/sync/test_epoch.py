"""A backup was restored: a new epoch makes every phone read anew."""

from __future__ import annotations

from io import StringIO
from uuid import UUID

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction

from base.errors import RightMissing
from base.models import new_id
from people.models import Household, Person
from sync.actions import begin_epoch
from sync.models import Epoch
from tests.sync.reading import Phone, holds
from tests.village import LOWER, UPPER, actor, an_id

pytestmark = pytest.mark.django_db


def new_epoch() -> UUID:
    said = StringIO()
    call_command("new_epoch", stdout=said)
    return UUID(said.getvalue().strip())


def test_the_command_begins_another_epoch() -> None:
    before = Epoch.objects.get().pk
    begun = new_epoch()
    assert Epoch.objects.get().pk == begun != before
    assert new_epoch() != begun


def test_a_phone_of_the_old_epoch_is_told_everything_from_zero() -> None:
    phone = Phone("dung")
    first = phone.pull()
    assert phone.pull() == []
    # The backup knew nothing of Tâm.
    Person.objects.filter(pk=an_id("tam")).delete()
    Household.objects.filter(pk=an_id("tran")).delete()
    begun = new_epoch()
    page = phone.page()
    assert page["epoch"] == str(begun)
    assert page["scope"] == {"hamlets": [UPPER, LOWER], "removed": []}
    assert len(page["changes"]) == len(first) - 2
    assert holds(phone, UPPER, LOWER)
    assert phone.pull() == []


def test_a_hamlet_lost_with_the_old_epoch_is_not_told_as_removed() -> None:
    """The phone has forgotten everything already."""
    phone = Phone("an")
    phone.pull()
    phone.caller = Phone("chi").caller
    new_epoch()
    assert phone.page()["scope"] == {"hamlets": [LOWER], "removed": []}
    assert holds(phone, LOWER)


def test_the_kinds_of_a_phone_outlive_the_epoch() -> None:
    phone = Phone("an", kinds="person")
    phone.pull()
    phone.asked = {}
    new_epoch()
    assert {change["kind"] for change in phone.pull()} == {"person"}


def test_there_is_one_epoch() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Epoch.objects.create(pk=new_id())


@pytest.mark.parametrize("who", ["an", "dung", "giang"])
def test_nobody_but_the_house_begins_one(who: str) -> None:
    with pytest.raises(RightMissing):
        begin_epoch(by=actor(who))
