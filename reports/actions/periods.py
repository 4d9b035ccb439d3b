"""Closing a period: its figures are frozen, and never change again."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from areas.queries import find_area, hamlets_under, path_ids, path_of
from base import bulk
from base.days import day_of
from base.errors import NotFound
from base.models import Asker
from checklist.queries import sum_tallies
from checklist.rules.tallies import FIRST_DAY
from reports.models import Period
from reports.queries.periods import find_period
from reports.rules.cuts import at_minute
from reports.rules.periods import PeriodClosed, check_period

_FIGURES = {"period_id": "bigint", "hamlet_id": "bigint", "commune_id": "bigint", "cells": "integer[]"}


def close_period(*, by: Asker, area: str, first_on: date, last_on: date, at: datetime) -> Period:
    """Closes a period of an area: freezes the figures of its last day, as they are known now, of every hamlet
    at or below it. What comes in later shows as adjustments.

    Refuses a period that is not over or was closed before, and an area out of sight like one that does not
    exist.
    """
    by.must("close_period")
    unit = find_area(area)
    if unit is None or not by.holds("close_period", *path_of(unit)):
        raise NotFound(path="area")
    yesterday = day_of(at) - timedelta(days=1)
    check_period(first_on, last_on, first=FIRST_DAY, yesterday=yesterday)
    known = find_period([unit.pk], first_on, last_on)
    if known is not None:
        raise PeriodClosed(path="last_on", at=at_minute(known.closed_at))
    try:
        with transaction.atomic():
            period = Period.objects.create(
                area=unit, first_on=first_on, last_on=last_on, closed_at=at, closed_by_id=by.user_id
            )
            _freeze(period.pk, unit.pk, last_on)
    except IntegrityError:  # somebody else closed it at the same time
        raise PeriodClosed(path="last_on", at=at_minute(at)) from None
    return period


def _freeze(period_id: int, area_id: int, on: date) -> None:
    """The figures of all hamlets by one statement, so of one moment."""
    paths = path_ids(hamlets_under([area_id]).order_by("id").values_list("id", flat=True))
    rows = [
        {
            "period_id": period_id,
            "hamlet_id": hamlet,
            "commune_id": paths[hamlet].commune_id,
            "cells": [int(n) for n in cells],
        }
        for hamlet, cells in sum_tallies(list(paths), on).items()
    ]
    bulk.insert("reports_periodfigure", _FIGURES, rows)
