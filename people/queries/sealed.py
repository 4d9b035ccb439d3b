"""What of households and persons is sealed, and how it is opened.

A phone is stored to be told to nobody but its owner, when he asks what is held of him: a screen, a file and
a phone in the field get its last three digits, which stand beside it; whether two persons have one phone is
told by its blind index.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from base.sealed import IndexField, SealedField, SealedLeavesField
from base.sealed.blind import hexadecimal
from people.models import Change, Household, Import, Person
from people.rules.persons import phone_end

ADDRESS: SealedField = Household._meta.get_field("address")
PHONE: SealedField = Person._meta.get_field("phone")
PHONE_INDEX: IndexField = Person._meta.get_field("phone_index")
OLD: SealedField = Change._meta.get_field("old")
NEW: SealedField = Change._meta.get_field("new")
STAGED: SealedLeavesField = Import._meta.get_field("staged")
# Of the history of fields, those whose values are sealed.
SEALED_FIELDS = frozenset({"phone", "address"})


def phone_columns(person_id: UUID, phone: str) -> dict[str, Any]:
    """The columns of a checked phone number, for bulk."""
    index = PHONE_INDEX.index(phone)
    return {
        "phone": PHONE.seal(person_id, phone),
        "phone_end": phone_end(phone),
        "phone_index": hexadecimal(index) if index else None,
    }


def address_columns(household_id: UUID, address: str) -> dict[str, Any]:
    """The column of an address, for bulk."""
    return {"address": ADDRESS.seal(household_id, address)}


def address_of(household: Any) -> str:
    """The address of a household that was fetched in sight; HIDDEN where it does not open."""
    return ADDRESS.shown(household.pk, household.address)


def phone_of(person: Any) -> str:
    """The whole phone number of a person, for himself and the history; HIDDEN where it does not open."""
    return PHONE.shown(person.id, person.phone)


def change_of(change: Any) -> tuple[str, str]:
    """What a field of the history was and was to be; HIDDEN where it does not open."""
    if change.field not in SEALED_FIELDS:
        return change.old, change.new
    return OLD.shown(change.pk, change.old), NEW.shown(change.pk, change.new)
