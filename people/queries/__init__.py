"""Reading households and persons: everything is fetched in the asker's sight."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Case, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from areas.queries import HamletPath, find_area, hamlets_under, path_of
from areas.rules import Level
from base import bulk
from base.errors import NotFound, Refusal
from base.models import Asker
from base.names import fold
from base.registry import plug
from people.models import Consent, Household, Import, Person
from people.queries.feed import FEED_KINDS as FEED_KINDS
from people.queries.sealed import PHONE_INDEX
from people.queries.sealed import address_of as address_of
from people.rules.accents import accented_words
from people.rules.matching import Known, Row, match_rows
from people.rules.persons import COUNTED, PersonFacts, Presence, adult_birth, masked


class AreaRequired(Refusal):
    code = "area.required"
    vi = "Hãy chọn một xã/phường hoặc một thôn/tổ dân phố, hoặc tìm theo tên."
    en = "Choose a commune or a hamlet, or search by name."


@dataclass(frozen=True, slots=True)
class HouseholdView:
    """A household with its living persons in official order, and their standings."""

    household: Household
    persons: list[PersonView]

    @property
    def head(self) -> str | None:
        """The name of the head of household; None where nobody is named as such."""
        return next((view.person.full_name for view in self.persons if view.person.relation == "head"), None)


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person, and the standings as they are told."""

    person: Person
    standings: list[dict[str, Any]]

    @property
    def phone(self) -> str:
        """The phone as everybody sees it: its last three digits."""
        return masked(self.person.phone_end)


def find_household(by: Asker, household_id: UUID, on: date) -> HouseholdView | None:
    """A household in sight."""
    household = _households(by).filter(pk=household_id).select_related("hamlet").first()
    if household is None:
        return None
    view = HouseholdView(household, list_persons(by, household_id, on))
    ids = [household_id, *(one.person.pk for one in view.persons)]
    by.saw("household.read", ((household.hamlet_id, subject) for subject in ids))
    return view


def list_persons(by: Asker, household_id: UUID, on: date) -> list[PersonView]:
    """The living persons of a household in sight, in official order."""
    return _views(_persons(by).filter(household_id=household_id).order_by("sort_key", "id"), on)


def find_person(by: Asker, person_id: UUID, on: date) -> PersonView | None:
    """A person in sight."""
    views = _views(_persons(by).filter(pk=person_id), on)
    by.saw("person.read", ((view.person.hamlet_id, view.person.pk) for view in views))
    return views[0] if views else None


def facts_of(by: Asker, person_id: UUID, act: str) -> Person | None:
    """A person in sight, for the rules that ask for an age; noted as what the asker is shown (`act`)."""
    person: Person | None = _persons(by).filter(pk=person_id).first()
    if person is not None:
        by.saw(act, [(person.hamlet_id, person_id)])
    return person


def members_of(by: Asker, household_id: UUID, act: str) -> list[Person] | None:
    """The living persons of a household; None when it is not in sight. Noted as what the asker is shown."""
    hamlet_id = _households(by).filter(pk=household_id).values_list("hamlet_id", flat=True).first()
    if hamlet_id is None:
        return None
    members = list(_persons(by).filter(household_id=household_id).order_by("sort_key", "id"))
    by.saw(act, ((hamlet_id, subject) for subject in (household_id, *(person.pk for person in members))))
    return members


def list_households(
    by: Asker,
    *,
    on: date,
    area: str | None = None,
    q: str = "",
    readiness: str = "",
    follow_up: bool | None = None,
) -> QuerySet[Any]:
    """Households in sight with `head` and `head_key`, to be paged by (head_key, id).

    `area` narrows to an area in sight; `q` finds any person by words of the name, with or without
    accents. Somebody who sees more than a commune must choose or search first.
    """
    found = _households(by).select_related("hamlet")
    if area is not None:
        place = find_area(area)
        if place is None:
            raise NotFound(path="area")
        if place.level == Level.PROVINCE and not q:
            raise AreaRequired(path="area")
        found = found.filter(hamlet_id__in=hamlets_under([place.pk]))
    elif not q and _sees_widely(by):
        raise AreaRequired(path="area")
    if q:
        found = found.filter(pk__in=_named(q))
    if readiness or follow_up is not None:
        found = plug("people.filter_households")(found, readiness=readiness, follow_up=follow_up, on=on)
    heads = _by_headship(Person.objects.filter(household=OuterRef("pk"), removed_at=None))
    listed: QuerySet[Any] = found.annotate(
        head=Subquery(heads.values("full_name")[:1]),
        head_key=Coalesce(Subquery(heads.values("sort_key")[:1]), Value("")),
    )
    return listed


def _sees_widely(by: Asker) -> bool:
    return any(post.level == Level.PROVINCE for post in getattr(by, "posts", ()))


def _by_headship(persons: QuerySet[Person]) -> QuerySet[Person]:
    """The head first; where none is named, the eldest stands for the household."""
    first = Case(When(relation="head", then=Value(0)), default=Value(1), output_field=IntegerField())
    return persons.order_by(first, F("born_on").asc(nulls_last=True), "id")


def _named(q: str) -> RawSQL:
    """The households in scope of persons one of whose words begins with each word asked for; accents count
    where they are given."""
    words = "".join(char if char.isalnum() else " " for char in fold(q)).split()
    query = " & ".join(f"{word}:*" for word in words)
    return RawSQL(
        "SELECT people_named(to_tsquery('simple', %s), %s::text[])", [query, list(accented_words(q))]
    )


def _households(by: Asker) -> QuerySet[Any]:
    return Household.objects.visible_to(by).filter(removed_at=None)


def _persons(by: Asker) -> QuerySet[Any]:
    return Person.objects.visible_to(by).filter(removed_at=None)


def _views(persons: Iterable[Person], on: date) -> list[PersonView]:
    rows = list(persons)
    told = plug("people.standings")([person.pk for person in rows], on)
    return [PersonView(person, told.get(person.pk, [])) for person in rows]


def list_consents(by: Asker, person_id: UUID) -> QuerySet[Any]:
    """The consents and withdrawals of a person in sight, to be paged by (given_at, id)."""
    return Consent.objects.visible_to(by).filter(person_id=person_id)


def find_import(by: Asker, import_id: UUID) -> Import | None:
    """An import into an area where the asker may import."""
    roster = Import.objects.select_related("area__parent__parent").filter(pk=import_id).first()
    if roster is None or not by.holds("import", *path_of(roster.area)):
        return None
    return roster


def match_persons(by: Asker, households: Sequence[Sequence[Row]]) -> dict[int, Known]:
    """The persons in sight whom rows of a roster mean, by the number of the row; restricted ones, too: a
    roster does not register them a second time."""
    hamlets = {row.hamlet for rows in households for row in rows}
    kept = Q(removed_at=None) | Q(restricted_at__isnull=False)
    living = Person.objects.visible_to(by).filter(kept, hamlet_id__in=hamlets - {None})
    columns = ("pk", "household_id", "hamlet_id", "full_name", "birth_date", "birth_year", "sex")
    known = [
        Known(
            pk,
            household,
            hamlet,
            name,
            birth_date or birth_year,
            sex,
            index and PHONE_INDEX.nested(index),
            restricted is not None,
        )
        for pk, household, hamlet, name, birth_date, birth_year, sex, restricted, index in living.values_list(
            *columns, "restricted_at", "phone_index"
        )
    ]
    return match_rows(households, known) if known else {}


def readiness_of_households(
    by: Asker, households: Sequence[Household], on: date
) -> dict[UUID, tuple[int, int]]:
    """For each household of a list how many present adults there are, and how many of them are ready."""
    by.saw("household.list", ((household.hamlet_id, household.pk) for household in households))
    ids = [household.pk for household in households]
    counted: dict[UUID, tuple[int, int]] = plug("people.household_readiness")(ids, on)
    return counted


@dataclass(frozen=True, slots=True)
class Place:
    """A person as the figures need him, where he lives, and the last revision of that hamlet's feed."""

    facts: PersonFacts
    commune_id: int
    province_id: int
    revision: int
    decided: bool  # a decision of the authority is in force there
    agreed: bool  # a consent holds: his own, a minor's representative's
    restricted: bool  # nobody may work with his data

    @property
    def path(self) -> tuple[int, int, int]:
        """Hamlet, commune, province: what a right is asked for."""
        return self.facts.hamlet_id, self.commune_id, self.province_id


# For a statement that names the persons as `asked(person_id)`.
PLACES_OF_ASKED = """
SELECT person.id AS place_id, person.hamlet_id, person.born_on, person.presence,
       hamlet.parent_id AS commune_id, commune.parent_id AS province_id, feed.revision,
       feed.basis_id IS NOT NULL AS decided, person.consent_id IS NOT NULL AS agreed,
       person.restricted_at IS NOT NULL AS restricted
FROM people_person person
JOIN areas_area hamlet ON hamlet.id = person.hamlet_id
JOIN areas_area commune ON commune.id = hamlet.parent_id
JOIN areas_feed feed ON feed.hamlet_id = person.hamlet_id
WHERE person.id IN (SELECT person_id FROM asked)
    AND (person.removed_at IS NULL OR person.restricted_at IS NOT NULL)
"""
_PLACES = f"""
WITH asked AS MATERIALIZED (SELECT value::uuid AS person_id FROM json_array_elements_text(%(persons)s::json))
{PLACES_OF_ASKED}
"""  # noqa: S608 - put together from constants


def places_of(person_ids: Iterable[UUID]) -> dict[UUID, Place]:
    """Where these persons live, restricted ones, too, in the asker's sight or not: the action that asks
    judges the right."""
    rows = bulk.execute(_PLACES, {"persons": bulk.rows_of(list(person_ids))})
    return {row[0]: place_of(row) for row in rows}


def place_of(row: tuple[Any, ...]) -> Place:
    """A row of PLACES_OF_ASKED."""
    return Place(PersonFacts(row[0], row[1], row[2], row[3] in COUNTED), *row[4:10])


_HOMES = """
SELECT household.id, household.hamlet_id, hamlet.parent_id, commune.parent_id
FROM people_household household
JOIN areas_area hamlet ON hamlet.id = household.hamlet_id
JOIN areas_area commune ON commune.id = hamlet.parent_id
WHERE household.id = ANY(%(ids)s::uuid[]) AND household.removed_at IS NULL
"""


def homes_of(household_ids: Iterable[UUID]) -> dict[UUID, HamletPath]:
    """Where these households are, in the asker's sight or not: the action that asks judges the right."""
    rows = bulk.execute(_HOMES, {"ids": bulk.array(household_ids)})
    return {pk: HamletPath(*path) for pk, *path in rows}


def facts_in_hamlet(hamlet_id: int) -> list[PersonFacts]:
    """Every living person of a hamlet, as the figures need them."""
    rows = Person.objects.filter(hamlet_id=hamlet_id, removed_at=None)
    return [
        PersonFacts(pk, hamlet_id, born_on, presence in COUNTED)
        for pk, born_on, presence in rows.values_list("pk", "born_on", "presence")
    ]


def present_adults(on: date) -> QuerySet[Person]:
    """Persons who are present and of age on the day, or may be (their year of birth is unknown); in the
    asker's sight or not: to be joined to rows that are fetched in sight."""
    of_age = Q(born_on__lte=adult_birth(on)) | Q(born_on=None)
    return Person.objects.filter(of_age, presence=Presence.PRESENT, removed_at=None)
