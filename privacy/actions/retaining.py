"""What is past its time goes, class by class; a dry run says exactly what the real one does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from accounts.actions import drop_old_notes, forget_device_names, forget_staff
from base.models import Asker
from base.registry import plug
from people.actions import drop_old_contacts, drop_roster_problems, forget_empty_households
from people.queries.retaining import persons_left_before, persons_ungrounded_before
from privacy.actions.erasing import erase
from privacy.models import Code, Request
from privacy.rules import LIMITS

Step = Callable[..., list[str]]


def keep_limits(*, by: Asker, at: datetime, dry: bool) -> dict[str, list[str]]:
    """Deletes what is past its time, and returns it by class, as ids (of the log of access: up to where, in
    each chain); a dry run deletes nothing."""
    by.must("keep_house")
    with transaction.atomic():
        # All is told before the first goes: with a person goes what is due of him by itself.
        due = {name: step(by=by, before=at - LIMITS[name], dry=True) for name, step in _STEPS.items()}
        for name, step in () if dry else _STEPS.items():
            step(by=by, before=at - LIMITS[name], dry=False)
        if not dry:
            persons = {UUID(pk) for name in ("persons_left", "persons_ungrounded") for pk in due[name]}
            erase(by=by, persons=persons, at=at)
    return due | {"notes": drop_old_notes(by=by, at=at, dry=dry)}


def _persons(found: Callable[[datetime], list[UUID]], *, by: Asker, before: datetime, dry: bool) -> list[str]:
    """They are erased together, at the end."""
    return [str(pk) for pk in found(before)]


def _rows(rows: QuerySet[Any], ended: str, *, by: Asker, before: datetime, dry: bool) -> list[str]:
    found = rows.filter(**{f"{ended}__lte": before})
    ids = sorted(str(pk) for pk in found.values_list("pk", flat=True))
    if not dry:
        found.delete()
    return ids


def _plugged(name: str, **given: Any) -> list[str]:
    return list(plug(name)(**given))


_STEPS: Mapping[str, Step] = {
    "persons_left": partial(_persons, persons_left_before),
    "persons_ungrounded": partial(_persons, persons_ungrounded_before),
    "households_empty": forget_empty_households,
    "contacts_changed": drop_old_contacts,
    "roster_problems": drop_roster_problems,
    "said": partial(_plugged, "privacy.drop_said"),
    "held": partial(_plugged, "privacy.drop_held"),
    "requests": partial(_rows, Request.objects.all(), "ended_at"),
    "codes": partial(_rows, Code.objects.all(), "expires_at"),
    "staff": forget_staff,
    "device_names": forget_device_names,
    "export_reasons": partial(_plugged, "privacy.drop_reasons"),
}
