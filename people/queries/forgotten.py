"""The ledger of erasures, and where somebody was before them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from people.models import Departure, Forgotten, Household, Person


def list_forgotten() -> list[tuple[UUID, str, datetime]]:
    """Every id that was forgotten, what it was, and when; of nobody, so in everybody's sight."""
    return list(Forgotten.objects.order_by("at", "record").values_list("record", "kind", "at"))


def forgotten_among(ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that were somebody's who is forgotten."""
    return set(Forgotten.objects.filter(record__in=ids).values_list("record", flat=True)) if ids else set()


def places_left(persons: Collection[UUID]) -> set[int]:
    """The hamlets in which these persons were before; what was made of them there may still be about."""
    return set(Departure.objects.filter(record__in=persons).values_list("hamlet_id", flat=True))


def still_kept(ids: Collection[UUID]) -> tuple[list[UUID], list[UUID]]:
    """The persons and the households among ids of the ledger: what a backup has brought back."""
    persons = Person.objects.filter(pk__in=ids).values_list("pk", flat=True)
    return list(persons), list(Household.objects.filter(pk__in=ids).values_list("pk", flat=True))
