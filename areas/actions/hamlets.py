"""Hamlets are the commune's own: it adds, renames and closes them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from areas.actions.bases import ground
from areas.models import Area, Feed
from areas.queries import find_area
from areas.rules import (
    Level,
    Scheme,
    UnknownArea,
    clean_kind,
    clean_name,
    hamlet_code,
    hamlet_key,
    name_columns,
    serial_of,
)
from base.errors import Refusal
from base.models import Asker
from base.scope import enter

_HANOI = ZoneInfo("Asia/Ho_Chi_Minh")


class HamletExists(Refusal):
    code = "hamlet.exists"
    vi = "Xã/phường này đã có địa bàn tên {name}."
    en = "The commune already has a hamlet named {name}."
    status = 409


def add_hamlets(
    *, by: Asker, commune: Area | str, hamlets: Sequence[tuple[str, str]], at: datetime
) -> list[Area]:
    """The new hamlets, (name, kind) each, in the order given, with the commune's next serial codes.

    Refuses a commune that is unknown, closed or outside the asker's area (the same answer), a name that
    is open there already, and a name or kind that cannot be stored.
    """
    by.must("add_hamlet")
    with transaction.atomic():
        place = _own_commune(by, commune)
        paths = ["" if len(hamlets) == 1 else f"hamlets[{n}]." for n in range(len(hamlets))]
        given = [
            (clean_name(name, f"{path}name"), clean_kind(kind, f"{path}kind"))
            for (name, kind), path in zip(hamlets, paths, strict=True)
        ]
        _refuse_taken(place, [name for name, _ in given], paths)
        serial = _last_serial(place)
        opened = at.astimezone(_HANOI).date()
        new = [
            _hamlet(place, hamlet_code(place.code, serial + n), name, kind, opened)
            for n, (name, kind) in enumerate(given, start=1)
        ]
        added = Area.objects.bulk_create(new)
        Feed.objects.bulk_create(ground([Feed(hamlet=hamlet) for hamlet in added], place))
        enter(hamlet.pk for hamlet in added)
    return added


def rename_hamlet(*, by: Asker, code: str, name: str, kind: str) -> Area:
    """Corrects the name or kind of an open hamlet; refuses as `add_hamlets` does."""
    by.must("add_hamlet")
    with transaction.atomic():
        hamlet = find_area(code, level=Level.HAMLET)
        if hamlet is None or hamlet.parent is None:
            raise UnknownArea()
        place = _own_commune(by, hamlet.parent)
        columns = name_columns(clean_name(name))
        _refuse_taken(place, [columns["name"]], [""], besides=hamlet.pk)
        changed = {**columns, "kind": clean_kind(kind)}
        Area.objects.filter(pk=hamlet.pk).update(**changed)
        for column, value in changed.items():
            setattr(hamlet, column, value)
    return hamlet


def _own_commune(by: Asker, commune: Area | str) -> Area:
    """The commune, locked so that two admins never give the same serial; 404 outside the asker's area."""
    place = find_area(commune, level=Level.COMMUNE) if isinstance(commune, str) else commune
    if place is None or not by.holds("add_hamlet", place.id, place.parent_id):
        raise UnknownArea()
    locked = Area.objects.select_for_update(no_key=True).filter(
        id=place.id, level=Level.COMMUNE, closed_on__isnull=True
    )
    found = locked.first()
    if found is None:
        raise UnknownArea()
    return found


def _refuse_taken(commune: Area, wanted: Sequence[str], paths: Sequence[str], besides: int = 0) -> None:
    """'Ba Tơ' and 'Ba Tô' are two hamlets; 'TDP 3' and 'Tổ dân phố số 3' are one."""
    others = Area.objects.filter(parent=commune, closed_on__isnull=True).exclude(pk=besides)
    taken = {hamlet_key(name) for name in others.values_list("name", flat=True)}
    for name, path in zip(wanted, paths, strict=True):
        key = hamlet_key(name)
        if key in taken:
            raise HamletExists(path=f"{path}name", name=name)
        taken.add(key)


def _last_serial(commune: Area) -> int:
    # A range of the key's index: "." is the character after "-".
    codes = Area.objects.filter(
        level=Level.HAMLET, scheme=Scheme.NEW, code__gt=f"{commune.code}-", code__lt=f"{commune.code}."
    )
    return max((serial_of(code) for code in codes.values_list("code", flat=True)), default=0)


def _hamlet(commune: Area, code: str, name: str, kind: str, opened: date) -> Area:
    return Area(
        scheme=Scheme.NEW,
        level=Level.HAMLET,
        code=code,
        kind=kind,
        parent=commune,
        open_from=opened,
        **name_columns(name),
    )
