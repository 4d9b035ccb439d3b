"""Places without a decision, and persons who are in the books by their consent alone."""

from __future__ import annotations

from uuid import UUID

from areas.actions import end_basis
from areas.queries import find_area, path_of
from areas.queries.bases import bases_over
from base.models import SYSTEM, new_id
from people.actions import NewHousehold, NewPerson, register_households
from tests.village import AT, COMMUNE, UPPER, agreed


def undecided(commune: str = COMMUNE) -> None:
    """The commune's decision is over: only consents ground what is written there from now on."""
    place = find_area(commune)
    assert place is not None
    for basis in bases_over(path_of(place)):
        end_basis(by=SYSTEM, area=commune, basis_id=basis.pk, at=AT)


def by_consent(name: str = "Lò Thị Hoa", hamlet: str = UPPER, **more: object) -> UUID:
    """Somebody who is registered by her consent alone, in a household of her own; her id."""
    person = NewPerson(id=new_id(), full_name=name, birth_year=1970, consent=agreed(new_id()), **more)  # type: ignore[arg-type]
    home = NewHousehold(new_id(), hamlet, "Ngõ Hoa 9", persons=[person])
    [receipt] = register_households(by=SYSTEM, households=[home], at=AT)
    assert receipt.state == "applied"
    return person.id
