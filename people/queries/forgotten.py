"""The ledger of erasures."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from people.models import Forgotten, Household, Person


def list_forgotten() -> list[tuple[UUID, str, datetime]]:
    """Every id that was forgotten, what it was, and when; of nobody, so in everybody's sight."""
    return list(Forgotten.objects.order_by("at", "record").values_list("record", "kind", "at"))


def forgotten_among(ids: Collection[UUID]) -> set[UUID]:
    """Those of the ids that were somebody's who is forgotten."""
    return set(Forgotten.objects.filter(record__in=ids).values_list("record", flat=True)) if ids else set()


def still_kept(ids: Collection[UUID]) -> tuple[list[UUID], list[UUID]]:
    """The persons and the households among ids of the ledger: what a backup has brought back."""
    persons = Person.objects.filter(pk__in=ids).values_list("pk", flat=True)
    return list(persons), list(Household.objects.filter(pk__in=ids).values_list("pk", flat=True))
