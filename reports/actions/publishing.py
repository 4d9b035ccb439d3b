"""Telling the public: each week, province by province, without a small cell."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from accounts.queries.signing import head_of, sign_words
from areas.queries import find_area, list_areas
from base.days import day_of
from base.models import Asker
from checklist.items import ITEMS
from reports.models import Release
from reports.queries import Coverage, coverage
from reports.queries.public import latest_release
from reports.rules import rate
from reports.rules.releases import canonical, manifest_of
from reports.rules.small_cells import Cell, Hidden, hold_back, protect

WHOLE = ""  # the row of a release that holds the totals


def _week_of(at: datetime) -> date:
    """The last day of the last whole week: what is published is of that day."""
    today = day_of(at)
    return today - timedelta(days=today.isoweekday())


def publish_figures(*, by: Asker, at: datetime) -> int:
    """The releases of the last whole week that are not there yet; returns how many were made."""
    by.must("keep_house")
    on = _week_of(at)
    known = set(Release.objects.filter(on=on, signature__isnull=False).values_list("area__code", flat=True))
    provinces = list_areas(level="province").order_by("code").values_list("code", flat=True)
    return sum(_publish(by, code, on, at) for code in provinces if code not in known)


@transaction.atomic
def _publish(by: Asker, province: str, on: date, at: datetime) -> bool:
    """One province; False where another worker is at it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 1))", [province])
        if not cursor.fetchone()[0]:
            return False
    found = coverage(by, area=province, on=on)
    release: dict[str, Any] = {"area_id": found.area.id, "on": on}
    if Release.objects.filter(**release, signature__isnull=False).exists():
        return False
    before = latest_release(province)
    held = _held(_cells(found), before.held if before else {})
    rows = {code: row for code, row in held.items() if code != WHOLE}
    told = _told(found, held, protect(rows, held[WHOLE]))
    manifest = manifest_of(told, head_of(find_area(province)), at)
    kept = {
        "made_at": at,
        "told": told,
        "held": {code: {item: list(cell) for item, cell in row.items()} for code, row in held.items()},
        "manifest": manifest,
        "signature": sign_words(canonical(manifest)),
    }
    return Release.objects.update_or_create(**release, defaults=kept)[1]


def _cells(found: Coverage) -> dict[str, dict[str, Cell]]:
    rows = {
        place.code: {item: Cell(figure.ready, figure.due) for item, figure in figures.items()}
        for place, figures in found.rows
    }
    return {**rows, WHOLE: {item: Cell(figure.ready, figure.due) for item, figure in found.totals.items()}}


def _held(now: Mapping[str, Mapping[str, Cell]], before: Mapping[str, Any]) -> dict[str, dict[str, Cell]]:
    return {
        code: {item: hold_back(_cell(before, code, item), cell) for item, cell in row.items()}
        for code, row in now.items()
    }


def _cell(before: Mapping[str, Any], code: str, item: str) -> Cell | None:
    told = before.get(code, {}).get(item)
    return Cell(*told) if told else None


def _told(found: Coverage, held: Mapping[str, Mapping[str, Cell]], hidden: Hidden) -> dict[str, Any]:
    places = {place.code: place.name for place, _ in found.rows}
    rows = [
        {
            "code": code,
            "name": name,
            "figures": _figures(held[code], {i for c, i in hidden.cells if c == code}),
        }
        for code, name in places.items()
    ]
    return {
        "area": {"code": found.area.code, "name": found.area.name},
        "on": found.on.isoformat(),
        "totals": _figures(held[WHOLE], hidden.totals),
        "rows": rows,
    }


def _figures(row: Mapping[str, Cell], hidden: Any) -> list[dict[str, Any]]:
    """A hidden cell tells neither count nor rate, and not why it is hidden."""
    return [
        {
            "item": item,
            "ready": None if item in hidden else row[item].ready,
            "due": None if item in hidden else row[item].due,
            "rate": None if item in hidden else rate(row[item].ready, row[item].due),
            "hidden": item in hidden,
        }
        for item in ITEMS
    ]
