"""The legal basis of an area: the authority's decision, recorded by its admin; what it grounds follows it."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from areas.models import Area, Basis, Feed
from areas.queries import find_area, path_of
from areas.queries.bases import bases_over
from areas.rules import Level, UnknownArea, clean_decision
from base import bulk
from base.days import day_of
from base.errors import NotFound, Refusal
from base.models import Asker


class BasisExists(Refusal):
    code = "basis.exists"
    vi = "Quyết định số này đã được ghi cho địa bàn."
    en = "A decision of this number is recorded for the area already."
    status = 409


class BasisTooLate(Refusal):
    code = "basis.in_future"
    vi = "Ngày ban hành quyết định ở tương lai."
    en = "The day of the decision lies in the future."


# Each hamlet of the area gets the nearest decision in force; its revision moves, so that whoever has read
# the one before and not yet written reads again. In the order in which everybody locks hamlets.
_FOLLOW = """
WITH wanted AS MATERIALIZED (
    SELECT feed.hamlet_id, (
        SELECT basis.id FROM areas_basis basis
        WHERE basis.ended_at IS NULL AND basis.area_id IN (hamlet.id, commune.id, commune.parent_id)
        ORDER BY CASE basis.area_id WHEN hamlet.id THEN 0 WHEN commune.id THEN 1 ELSE 2 END, basis.id DESC
        LIMIT 1) AS basis_id
    FROM areas_feed feed JOIN areas_area hamlet ON hamlet.id = feed.hamlet_id
    JOIN areas_area commune ON commune.id = hamlet.parent_id
    WHERE %(area)s::bigint IS NULL OR %(area)s::bigint IN (hamlet.id, commune.id, commune.parent_id)
    ORDER BY feed.hamlet_id FOR NO KEY UPDATE OF feed
)
UPDATE areas_feed AS feed SET basis_id = wanted.basis_id, revision = feed.revision + 1
FROM wanted WHERE feed.hamlet_id = wanted.hamlet_id AND feed.basis_id IS DISTINCT FROM wanted.basis_id
"""


def decide_basis(
    *, by: Asker, area: str, number: str, decided_on: date, issued_by: str, purpose: str, at: datetime
) -> Basis:
    """Records a decision; from now on it grounds what is written in the area and below it.

    Refuses an area that is unknown, closed, a district or outside the asker's (the same answer), a day to
    come, empty words, and a number that is in force there already.
    """
    by.must("decide_basis")
    place = _own(by, area)
    words = {
        "number": clean_decision(number, "number", 60),
        "issued_by": clean_decision(issued_by, "issued_by", 200),
        "purpose": clean_decision(purpose, "purpose", 500),
    }
    if decided_on > day_of(at):
        raise BasisTooLate(path="decided_on")
    with transaction.atomic():
        Area.objects.select_for_update(no_key=True).get(pk=place.pk)
        if Basis.objects.filter(area=place, number=words["number"], ended_at=None).exists():
            raise BasisExists(path="number")
        post = by.post_for("decide_basis", *path_of(place))
        basis = Basis.objects.create(area=place, decided_on=decided_on, recorded_at=at, by_post=post, **words)
        follow_bases(by=by, area_id=place.pk)
    return basis


def end_basis(*, by: Asker, area: str, basis_id: int, at: datetime) -> Basis:
    """The decision grounds nothing new from now on; refuses one that is not in force for that area."""
    by.must("decide_basis")
    place = _own(by, area)
    with transaction.atomic():
        basis = Basis.objects.select_for_update().filter(pk=basis_id, area=place, ended_at=None).first()
        if basis is None:
            raise NotFound()
        basis.ended_at = at
        basis.save(update_fields=["ended_at"])
        follow_bases(by=by, area_id=place.pk)
    return basis


def follow_bases(*, by: Asker, area_id: int | None) -> None:
    """Gives each hamlet at or below the area (None: everywhere) the decision that is nearest to it now."""
    by.must("record")
    bulk.execute(_FOLLOW, {"area": area_id})


def ground(feeds: list[Feed], commune: Area) -> list[Feed]:
    """New hamlets of a commune stand under its decision, or its province's, from the beginning."""
    found = list(bases_over([commune.pk, commune.parent_id]))
    own = [basis for basis in found if basis.area_id == commune.pk]
    for feed in feeds:
        feed.basis = next(iter(own + found), None)
    return feeds


def _own(by: Asker, code: str) -> Area:
    place = find_area(code)
    decides = place is not None and place.level != Level.DISTRICT
    if place is None or not decides or not by.holds("decide_basis", *path_of(place)):
        raise UnknownArea(path="area")
    return place
