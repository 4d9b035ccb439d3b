"""What is past its time goes, class by class; a dry run says exactly what the real one does."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from accounts.actions import drop_old_notes
from base.models import Asker
from people.queries.retaining import persons_left_before
from privacy.actions.erasing import erase
from privacy.models import Code, Request
from privacy.rules import LIMITS


def keep_limits(*, by: Asker, at: datetime, dry: bool) -> dict[str, list[str]]:
    """Deletes what is past its time, and returns it by class, as ids (of the log of access: up to where, in
    each chain); a dry run deletes nothing."""
    by.must("keep_house")
    with transaction.atomic():
        persons = persons_left_before(at - LIMITS["persons_left"])
        rows: dict[str, QuerySet[Any]] = {
            "requests": Request.objects.filter(ended_at__lte=at - LIMITS["requests"]),
            "codes": Code.objects.filter(expires_at__lte=at - LIMITS["codes"]),
        }
        due = {"persons_left": [str(pk) for pk in persons]}
        due |= {
            name: sorted(str(pk) for pk in found.values_list("pk", flat=True)) for name, found in rows.items()
        }
        if not dry:
            for name, found in rows.items():
                found.filter(pk__in=due[name]).delete()
            erase(by=by, persons=persons, at=at)
    return due | {"notes": drop_old_notes(by=by, at=at, dry=dry)}
