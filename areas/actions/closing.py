"""Units end and have heirs; what was recorded in them is never rewritten."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from areas.actions.bases import follow_bases
from areas.models import Area, Succession
from areas.queries import find_area, path_of
from areas.rules import Extent, Level, UnknownArea
from base.errors import Refusal
from base.models import Asker


class HeirNeeded(Refusal):
    code = "area.heir_needed"
    vi = "Phải chỉ ra địa bàn cùng cấp kế thừa, khác với địa bàn bị đóng."
    en = "Name the heir: an area of the same level, and another one."


class ClosedTooEarly(Refusal):
    code = "area.closed_too_early"
    vi = "Ngày cuối còn hiệu lực không thể trước ngày thành lập ({open_from})."
    en = "The last day in force cannot be before the day it opened ({open_from})."


class HamletsLeft(Refusal):
    code = "area.hamlets_left"
    vi = "Địa bàn có nhiều nơi kế thừa nhưng vẫn còn thôn, tổ dân phố: hãy đóng hoặc chuyển từng nơi trước."
    en = "The area has several heirs and hamlets are still open in it: close those first."


def close_area(*, by: Asker, code: str, heirs: Sequence[str], on: date) -> Area:
    """Closes a hamlet or a commune after its last day `on`; the first heir is the default one.

    The open hamlets of a commune with one heir move there, with their ids, codes and feeds.
    Refuses what is unknown, closed or outside the asker's area (the same answer), a missing heir, a day
    before the unit opened, and a commune of several heirs that still has open hamlets.
    """
    by.must("close_area")
    with transaction.atomic():
        area = _own_area(by, code, "code")
        places = [_own_area(by, heir, f"heirs[{n}]") for n, heir in enumerate(heirs)]
        ids = [place.pk for place in places]
        if (
            not ids
            or len({area.pk, *ids}) != len(ids) + 1
            or any(heir.level != area.level for heir in places)
        ):
            raise HeirNeeded(path="heirs")
        _lock_open([area.pk, *ids])
        if on < area.open_from:
            raise ClosedTooEarly(path="on", open_from=area.open_from.isoformat())
        _move_hamlets(area, ids)
        for heir_id in ids:
            follow_bases(by=by, area_id=heir_id)
        _write_successions(area, ids, on)
        area.closed_on = on
        Area.objects.filter(pk=area.pk).update(closed_on=on)
    return area


def _own_area(by: Asker, code: str, path: str) -> Area:
    """An open hamlet or commune in the asker's area."""
    area = find_area(code)
    closable = area is not None and area.level in (Level.HAMLET, Level.COMMUNE)
    if area is None or not closable or not by.holds("close_area", *path_of(area)):
        raise UnknownArea(path=path)
    return area


def _lock_open(ids: Sequence[int]) -> None:
    """Locks the rows in id order; refuses when one was closed meanwhile."""
    locked = (
        Area.objects.select_for_update(no_key=True).filter(pk__in=ids, closed_on__isnull=True).order_by("pk")
    )
    if len(locked) != len(ids):
        raise UnknownArea()


def _move_hamlets(area: Area, heir_ids: Sequence[int]) -> None:
    inside = Area.objects.filter(parent=area, level=Level.HAMLET, closed_on__isnull=True)
    if len(heir_ids) > 1 and inside.exists():
        raise HamletsLeft(path="heirs")
    inside.update(parent_id=heir_ids[0])


def _write_successions(area: Area, heir_ids: Sequence[int], on: date) -> None:
    extent = Extent.WHOLE if len(heir_ids) == 1 else Extent.PART
    Succession.objects.bulk_create(
        Succession(
            from_area=area,
            to_area_id=heir_id,
            extent=extent,
            is_default=number == 0,
            effective_on=on + timedelta(days=1),
        )
        for number, heir_id in enumerate(heir_ids)
    )
