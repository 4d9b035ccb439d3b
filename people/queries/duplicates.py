"""Who has the same phone in two households: told by blind indexes, and only of persons in sight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from areas.queries import find_area, hamlets_under, path_of
from areas.rules import Level
from base.errors import NotFound
from base.models import Asker
from people.models import Person
from people.queries import AreaRequired

# A number that hundreds have is that of an office, which some of them tell as well as all.
MOST_OTHERS = 20


def list_duplicates(by: Asker, area: str) -> QuerySet[Any]:
    """The persons of an area in sight whose phone somebody of another household has who is in sight, too; to
    be paged by (id). Whom the asker does not see leaves no trace in it; another area is not found."""
    place = find_area(area)
    if place is None or not by.holds("import", *path_of(place)):
        raise NotFound(path="area")
    if place.level == Level.PROVINCE:
        raise AreaRequired(path="area")
    here = _seen(by).filter(hamlet_id__in=hamlets_under([place.pk]))
    twin = (
        _seen(by).filter(phone_index=OuterRef("phone_index")).exclude(household_id=OuterRef("household_id"))
    )
    return here.filter(phone_index__isnull=False).filter(Exists(twin))


def others_of(by: Asker, persons: Iterable[Person]) -> dict[Any, list[Person]]:
    """For each of these persons (by id) the others in sight with the phone, MOST_OTHERS at most. All of them
    are noted as shown."""
    rows = list(persons)
    same = _seen(by).filter(phone_index__in={bytes(row.phone_index) for row in rows if row.phone_index})
    by_phone = defaultdict(list)
    for person in same.order_by("id"):
        by_phone[bytes(person.phone_index)].append(person)
    told = {
        row.pk: [
            other
            for other in by_phone[bytes(row.phone_index or b"")]
            if other.household_id != row.household_id
        ][:MOST_OTHERS]
        for row in rows
    }
    shown = [*rows, *(other for others in told.values() for other in others)]
    by.saw("duplicate.list", ((person.hamlet_id, person.pk) for person in shown))
    return told


def _seen(by: Asker) -> QuerySet[Any]:
    return Person.objects.visible_to(by).filter(removed_at=None).select_related("hamlet")
