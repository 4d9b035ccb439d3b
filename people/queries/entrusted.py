"""How many people somebody works for."""

from __future__ import annotations

from base.models import Asker
from people.models import Household, Person


def count_entrusted(by: Asker) -> int:
    """How many living households and persons are in the asker's sight (plug `accounts.count_entrusted`)."""
    households = Household.objects.visible_to(by).filter(removed_at=None)
    persons = Person.objects.visible_to(by).filter(removed_at=None)
    return int(households.count() + persons.count())
