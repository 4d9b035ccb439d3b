"""Whether something may be recorded of a person at all."""

from __future__ import annotations

from datetime import date

from people.queries import Place
from people.rules.basis import NoBasis, RepresentativeNeeded
from people.rules.persons import PersonRestricted


def check_ground(place: Place, grown: date) -> None:
    """Refuses a restricted person, one without a ground, and a minor (born after `grown`) for whom no
    representative agreed."""
    if place.restricted:
        raise PersonRestricted(path="person")
    if place.agreed:
        return
    if not place.decided:
        raise NoBasis(path="person")
    born_on = place.facts.born_on
    if born_on is not None and born_on > grown:
        raise RepresentativeNeeded(path="person")
