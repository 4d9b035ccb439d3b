"""Setting targets: one by one, from a spreadsheet, or those of the country that ship with the house."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

from django.db import connection, transaction

from areas.queries import find_area, path_of
from base.errors import NotFound, Receipt, Refusal
from base.models import Asker, new_id
from checklist.items import ITEMS
from reports.models import Target
from reports.rules.target_file import read_targets
from reports.rules.targets import NewTarget, check_target

NATIONAL = Path(__file__).resolve().parent.parent / "data" / "targets.csv"


def set_targets(*, by: Asker, targets: Sequence[NewTarget], at: datetime) -> list[Receipt]:
    """Sets targets; a receipt for each, in order. The one in force for the same area, item, period and
    denominator ends; the same content again is a duplicate.

    An area that no post of the asker reaches is refused like one that does not exist; the country's targets
    are set by the house itself.
    """
    by.must("set_target")
    with transaction.atomic():
        _one_at_a_time()
        return [_receipt(by, new, at) for new in targets]


def import_targets(*, by: Asker, data: bytes, at: datetime) -> list[tuple[int, Receipt]]:
    """The same from a spreadsheet (reports.rules.target_file): the number of each row and its receipt. What
    is wrong in one row refuses that row alone."""
    by.must("set_target")
    titles = {item.code: (item.title_vi, item.title_en) for item in ITEMS.values()}
    rows = read_targets(data, titles)
    with transaction.atomic():
        _one_at_a_time()
        return [(number, _receipt(by, row, at)) for number, row in rows]


def load_targets(*, by: Asker, at: datetime, path: Path = NATIONAL) -> dict[str, int]:
    """The targets of the country that ship with the house; how many are new, and how many were there.
    Running it again changes nothing. Raises the Refusal of a line that is wrong."""
    by.must("load_areas")
    with path.open(encoding="utf-8", newline="") as file:
        targets = [_of_line(line) for line in csv.DictReader(file)]
    receipts = set_targets(by=by, targets=targets, at=at)
    for receipt in receipts:
        if receipt.refusal:
            raise receipt.refusal
    new = sum(receipt.state == "applied" for receipt in receipts)
    return {"new": new, "known": len(receipts) - new}


def _of_line(line: dict[str, str]) -> NewTarget:
    return NewTarget(
        line["area"],
        line["item"],
        date.fromisoformat(line["first_on"]),
        date.fromisoformat(line["last_on"]),
        line["denominator"],
        Decimal(line["share"]) if line["share"] else None,
        int(line["number"]) if line["number"] else None,
        line["document"],
    )


def _one_at_a_time() -> None:
    """Targets are set seldom: whoever sets some waits for the other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('reports_target'))")


def _receipt(by: Asker, new: NewTarget | Refusal, at: datetime) -> Receipt:
    if isinstance(new, Refusal):
        return Receipt(None, "refused", refusal=new)
    try:
        check_target(new, ITEMS)
        area_id = _area_id(by, new.area)
    except Refusal as refusal:
        return Receipt(None, "refused", refusal=refusal)
    key = {"area_id": area_id, "item": new.item, "first_on": new.first_on, "last_on": new.last_on}
    in_force = Target.objects.filter(**key, denominator=new.denominator, ended_at=None)
    content = {"share": new.share, "number": new.number, "document": new.document}
    known = in_force.filter(**content).values_list("pk", flat=True).first()
    if known:
        return Receipt(known, "duplicate")
    in_force.update(ended_at=at)
    made = Target.objects.create(
        id=new_id(), **key, **content, denominator=new.denominator, set_by_id=by.user_id, set_at=at
    )
    return Receipt(made.pk, "applied")


def _area_id(by: Asker, code: str) -> int | None:
    """The area's id; None for the whole country."""
    if not code:
        if not by.holds("set_target"):
            raise NotFound(path="area")
        return None
    area = find_area(code)
    if area is None or not by.holds("set_target", *path_of(area)):
        raise NotFound(path="area")
    return area.pk
