"""Reading the tree. Areas are public, so nothing here is scoped; a unit not in force needs a day."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from areas.models import Alias, Area, FormerName, Hotline, Succession
from areas.rules import Extent, Level, UnknownArea, exact_key, hamlet_key, has_accents, level_of, may_be
from base import bulk
from base.names import fold

# By hand: the ORM took longer to write these than PostgreSQL to run them, and every push asks. Ids come out
# of a function, of which the planner always expects the same number: it plans once, not for each number.
_PATHS = """
SELECT hamlet.id, hamlet.parent_id, commune.parent_id
FROM areas_area hamlet JOIN areas_area commune ON commune.id = hamlet.parent_id
WHERE {which} AND hamlet.level = 'hamlet'
"""
_ONE = _PATHS.format(which="hamlet.id = %(hamlet)s")
_SEVERAL = _PATHS.format(
    which="hamlet.id IN (SELECT value::bigint FROM json_array_elements_text(%(hamlets)s::json))"
)
_BY_CODE = """
SELECT hamlet.code, hamlet.id, hamlet.parent_id, commune.parent_id
FROM areas_area hamlet JOIN areas_area commune ON commune.id = hamlet.parent_id
WHERE {which} AND hamlet.level = 'hamlet' AND hamlet.closed_on IS NULL
"""
_ONE_BY_CODE = _BY_CODE.format(which="hamlet.code = %(code)s")
_SEVERAL_BY_CODE = _BY_CODE.format(which="hamlet.code IN (SELECT json_array_elements_text(%(codes)s::json))")


class HamletPath(NamedTuple):
    """A hamlet and where it lies now, by id: what a right or a sight is asked for."""

    hamlet_id: int
    commune_id: int
    province_id: int


def in_force(as_of: date | None) -> Q:
    """Open units; with a day, those in force on that day (`closed_on` is the last day)."""
    if as_of is None:
        return Q(closed_on__isnull=True)
    return Q(open_from__lte=as_of) & (Q(closed_on__isnull=True) | Q(closed_on__gte=as_of))


def find_area(
    code: str, *, as_of: date | None = None, scheme: str | None = None, level: str | None = None
) -> Area | None:
    """The unit with that code in force now, or on the day `as_of`; a disputed code finds its unit."""
    shape = level_of(code)
    if shape is None or level not in (None, shape):
        return None
    key = Q(level=shape, code=code)
    if scheme:
        key &= Q(scheme=scheme)
    # One list of codes at a time is in force; were there two, the newer would be meant.
    known = _shown(Area.objects.filter(in_force(as_of)), as_of).order_by("-open_from")
    found = known.filter(key).first()
    return found or known.filter(id__in=Alias.objects.filter(key).values("area_id")).first()


def find_closed(code: str) -> Area | None:
    """The unit that bore the code last, when it is in force no longer."""
    return (
        Area.objects.filter(code=code, level=level_of(code), closed_on__isnull=False)
        .order_by("-closed_on")
        .first()
    )


def closed_hamlets(commune: Area) -> dict[int, int | None]:
    """The closed hamlets of a commune (ids), and the default heir of each (None: it has none)."""
    closed = Area.objects.filter(parent=commune, level=Level.HAMLET, closed_on__isnull=False)
    heir = Succession.objects.filter(from_area=OuterRef("pk"), is_default=True).values("to_area_id")
    return dict(closed.order_by("id").values_list("id", Subquery(heir[:1])))


def list_areas(
    *, parent: str | None = None, q: str | None = None, level: str | None = None, as_of: date | None = None
) -> QuerySet[Area]:
    """Units in force now, or on the day `as_of`, unordered.

    `parent` (a code) keeps its children or, with `q`, everything below it; UnknownArea when there is no
    such unit. `q` is the beginning of a word of the present name or a former one: with accents it tells
    "Ba Tơ" from "Ba Tô", without it finds both.
    """
    found = Area.objects.filter(in_force(as_of))
    if parent is not None:
        above = find_area(parent, as_of=as_of)
        if above is None:
            raise UnknownArea(path="parent")
        below = Q(parent=above)
        found = found.filter(
            below | Q(parent__parent=above) | Q(parent__parent__parent=above) if q else below
        )
    if level is not None:
        found = found.filter(level=level)
    if q:
        named = is_named(q)
        found = found.filter(named | Q(id__in=FormerName.objects.filter(named).values("area_id")))
    return _shown(found, as_of)


def is_named(q: str) -> Q:
    """The condition that some word of a name, and what follows it, begins with `q`."""
    column, start = ("exact_key", exact_key(q)) if has_accents(q) else ("search_key", fold(q))
    return Q(**{f"{column}__startswith": start}) | Q(**{f"{column}__contains": f" {start}"})


def _shown(areas: QuerySet[Area], as_of: date | None) -> QuerySet[Area]:
    """With the parent and with the name and kind of the day: a ward of 2026 was a commune in 2025."""
    areas = areas.select_related("parent")
    if as_of is None:
        return areas.annotate(shown_name=F("name"), shown_kind=F("kind"))
    former = FormerName.objects.filter(area=OuterRef("pk"), until__gt=as_of).order_by("until")
    return areas.annotate(
        shown_name=Coalesce(Subquery(former.values("name")[:1]), F("name")),
        shown_kind=Coalesce(Subquery(former.values("kind")[:1]), F("kind")),
    )


def name_on(area: Area, on: date) -> str:
    """The name that the area bore on that day."""
    former = FormerName.objects.filter(area=area, until__gt=on).order_by("until").first()
    return former.name if former else area.name


def path_of(area: Area) -> tuple[int, ...]:
    """The area's id, its parent's and so on up to the province's."""
    if area.parent_id is None or area.parent is None:
        return (area.pk,)
    return (area.pk, *path_of(area.parent))


def hotline_at(area_ids: Iterable[int]) -> str:
    """The number of the open commune's office that is among these areas, as it is shown; "" without one."""
    known = Hotline.objects.filter(commune__in=list(area_ids), commune__closed_on__isnull=True)
    return known.values_list("phone", flat=True).first() or ""


def hamlets_under(area_ids: Iterable[int]) -> QuerySet[Area, int]:
    """Ids of the hamlets that are or lie under these areas, closed ones too; made for `__in`."""
    ids = list(area_ids)
    hamlets = Area.objects.filter(level=Level.HAMLET)
    above = Area.objects.filter(Q(id__in=ids) | Q(parent__in=ids)).exclude(level=Level.HAMLET)
    # Two index scans: an OR of both was measured at twenty times as long among 90,000 hamlets.
    own = hamlets.filter(id__in=ids).values_list("id", flat=True)
    return own.union(hamlets.filter(parent__in=above.values("id")).values_list("id", flat=True))


def list_hamlet_ids(*, share: int = 0, of: int = 1) -> list[int]:
    """Ids of all hamlets, closed ones too, in order; or the part `share` (from 0) of `of` equal parts."""
    hamlets = Area.objects.filter(level=Level.HAMLET).annotate(part=F("id") % of).filter(part=share)
    return list(hamlets.order_by("id").values_list("id", flat=True))


def path_ids(hamlet_ids: Iterable[int]) -> dict[int, HamletPath]:
    """For each hamlet its own id, its commune's and its province's."""
    ids = list(hamlet_ids)
    if len(ids) == 1:  # as nearly always: found by one key, not by a join
        rows = bulk.execute(_ONE, {"hamlet": ids[0]})
    else:
        rows = bulk.execute(_SEVERAL, {"hamlets": bulk.rows_of(ids)})
    return {row[0]: HamletPath(*row) for row in rows}


def hamlets_by_code(codes: Iterable[str]) -> dict[str, HamletPath]:
    """Where the open hamlets with these codes lie; a code that finds none is left out."""
    wanted = list(codes)
    if len(wanted) == 1:
        rows = bulk.execute(_ONE_BY_CODE, {"code": wanted[0]})
    else:
        rows = bulk.execute(_SEVERAL_BY_CODE, {"codes": bulk.rows_of(wanted)})
    return {code: HamletPath(*ids) for code, *ids in rows}


def find_hamlets_by_name(commune_id: int, names: Iterable[str]) -> dict[str, Area]:
    """The open hamlet of the commune that each written name means, by the name as written.

    The same name first, whatever its spelling ("TDP 3" is "Tổ dân phố số 3"); else the only one it may be
    when some marks were not typed. A name that finds none, or several, is left out.
    """
    hamlets = Area.objects.filter(parent=commune_id, level=Level.HAMLET, closed_on__isnull=True)
    keys = [(hamlet_key(hamlet.name), hamlet) for hamlet in hamlets]
    found: dict[str, Area] = {}
    for name in names:
        wanted = hamlet_key(name)
        same = [hamlet for key, hamlet in keys if key == wanted]
        meant = same or [hamlet for key, hamlet in keys if may_be(wanted, key)]
        if len(meant) == 1:
            found[name] = meant[0]
    return found


@dataclass(frozen=True)
class Heir:
    """A unit that took over a closed one, or a part of it.

    `wholly_inside` is true when the heir was made of nothing but the closed unit; an heir that straddles
    its border is `unconverted`: its figures cannot be given to the old unit without a human choice.
    """

    area: Area
    extent: Extent
    is_default: bool
    wholly_inside: bool

    @property
    def unconverted(self) -> bool:
        return not self.wholly_inside


def heirs_of(area: Area) -> list[Heir]:
    """The heirs of a closed unit in order of name; those of an old district are its communes' heirs.

    Heirs of a district cover it and may reach outside, so their sums do not add up to the province.
    """
    communes = list(Area.objects.filter(parent=area).values_list("id", flat=True))
    starts = [area.pk, *(communes if area.level == Level.DISTRICT else [])]
    links: dict[Area, list[Succession]] = {}
    given = Succession.objects.filter(from_area__in=starts).select_related("to_area__parent")
    for link in given.order_by("to_area__sort_key", "to_area_id", "from_area_id"):
        links.setdefault(link.to_area, []).append(link)
    reaching = _reaching_outside(links, {*starts, *communes})
    return [
        Heir(
            heir,
            Extent.WHOLE if all(link.extent == Extent.WHOLE for link in parts) else Extent.PART,
            any(link.is_default for link in parts),
            heir.pk not in reaching,
        )
        for heir, parts in links.items()
    ]


def _reaching_outside(heirs: Iterable[Area], inside: Collection[int]) -> set[int]:
    """Ids of the heirs that have a predecessor outside these units."""
    others = Succession.objects.filter(to_area__in=list(heirs)).exclude(from_area__in=inside)
    return set(others.values_list("to_area_id", flat=True))


def codes_of(hamlet_ids: Collection[int]) -> list[str]:
    """The codes of these hamlets, in order."""
    if not hamlet_ids:
        return []
    found = Area.objects.filter(id__in=list(hamlet_ids), level=Level.HAMLET)
    return list(found.order_by("code").values_list("code", flat=True))


class SubArea(NamedTuple):
    """What stands for an area in a table (a province has more than a hundred)."""

    pk: int
    code: str
    name: str


def sub_areas(area: Area) -> list[SubArea]:
    """The open units one level below, in order; a hamlet has none, so it stands for itself."""
    if area.level == Level.HAMLET:
        return [SubArea(area.pk, area.code, area.name)]
    below = Area.objects.filter(parent=area, closed_on__isnull=True).order_by("sort_key", "id")
    return [SubArea(*row) for row in below.values_list("pk", "code", "name")]
