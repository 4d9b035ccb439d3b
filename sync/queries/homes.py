"""Where the things are that commands hang on, in sight or not: the action judges the right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from uuid import UUID

from areas.queries import HamletPath
from base.models import Asker
from checklist.queries import list_facts
from people.queries import homes_of, places_of

Path = tuple[int, ...]  # the hamlet, its commune, its province


def paths_of_persons(ids: Iterable[UUID]) -> dict[UUID, Path]:
    """Where these persons live now; left out is who is not known."""
    return {person: place.path for person, place in places_of(ids).items()}


def paths_of_observations(ids: Iterable[UUID]) -> dict[UUID, Path]:
    """Where those live now of whom these observations were made; left out is what is not known."""
    facts = list_facts(persons=[], items=[], ids=list(ids))
    homes = paths_of_persons({fact.person for fact in facts.values()})
    return {pk: homes[fact.person] for pk, fact in facts.items() if fact.person in homes}


def note_told(by: Asker, act: str, told: Mapping[UUID, int]) -> None:
    """Notes that the asker was told of these persons and households, each with the place that owns the work;
    where they live now counts, if they are known."""
    paths: dict[UUID, Path | HamletPath] = {**paths_of_persons(told), **homes_of(told)} if told else {}
    by.saw(act, ((paths[pk][0] if pk in paths else place, pk) for pk, place in told.items()))
