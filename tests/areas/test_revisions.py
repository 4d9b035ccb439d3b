"""A hamlet numbers its changes: one statement, one lock, no number twice."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from areas.actions import add_hamlets, take_revisions
from areas.models import Area, Feed
from areas.rules import UnknownArea
from base.models import SYSTEM
from tests.areas.cast import AT

pytestmark = pytest.mark.django_db


def add(commune: Area, *names: str) -> list[Area]:
    return add_hamlets(by=SYSTEM, commune=commune, hamlets=[(name, "village") for name in names], at=AT)


def test_revisions_follow_one_another(commune: Area) -> None:
    one, two = add(commune, "Thôn 1", "Thôn 2")
    assert take_revisions(by=SYSTEM, counts={two.pk: 3, one.pk: 1}) == {one.pk: 1, two.pk: 1}
    assert take_revisions(by=SYSTEM, counts={one.pk: 500, two.pk: 1}) == {one.pk: 2, two.pk: 4}
    assert take_revisions(by=SYSTEM, counts={one.pk: 1}) == {one.pk: 502}
    assert take_revisions(by=SYSTEM, counts={}) == {}


def test_revisions_cost_one_statement_for_one_hamlet_or_fifty(
    commune: Area, django_assert_num_queries: Any
) -> None:
    hamlets = add(commune, *(f"Thôn {n}" for n in range(50)))
    for some in (hamlets[:1], hamlets):
        with django_assert_num_queries(1):
            take_revisions(by=SYSTEM, counts={hamlet.pk: 2 for hamlet in some})


def test_revisions_of_what_is_no_hamlet_are_refused(commune: Area) -> None:
    [one] = add(commune, "Thôn 1")
    with pytest.raises(UnknownArea), transaction.atomic():
        take_revisions(by=SYSTEM, counts={one.pk: 1, commune.pk: 1})
    assert Feed.objects.get(hamlet=one).revision == 0
    with pytest.raises(ValueError, match="negative"):
        take_revisions(by=SYSTEM, counts={one.pk: -1})
