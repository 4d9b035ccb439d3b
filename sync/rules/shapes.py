"""What phones say of households and persons: the bodies of the doors on line."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from msgspec import UNSET, Meta, Struct, UnsetType, field

from people.rules.persons import RELATIONS, Presence, Residence, Sex

# An id that is left out is the command's own.
NO_ID = UUID(int=0)

Code = Annotated[str, Meta(max_length=16)]
Address = Annotated[str, Meta(max_length=200)]
Language = Annotated[str, Meta(max_length=8)]
Name = Annotated[str, Meta(min_length=1, max_length=100)]
Phone = Annotated[str, Meta(max_length=30)]
Word = Annotated[str, Meta(max_length=40)]
Year = Annotated[int, Meta(ge=1800, le=9999)]
Relation = Annotated[str, Meta(pattern=rf"^(?:{'|'.join(RELATIONS)})\Z")]
Count = Annotated[int, Meta(ge=0, le=2**31 - 1)]


class ConsentGiven(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What somebody decided about his data, told together with him."""

    id: UUID
    decision: Word
    text: Word
    language: Word
    channel: Word
    witness: Word
    given_at: Annotated[datetime, Meta(tz=True)]
    representative: UUID | None = None


class PersonSaid(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A person behind the door of a household that is registered."""

    id: UUID
    full_name: Name
    birth_date: date | None = None
    birth_year: Year | None = None
    sex: Sex = Sex.UNKNOWN
    phone: Phone = ""
    relation: Relation = "unknown"
    residence: Residence = Residence.PERMANENT
    presence: Presence = Presence.PRESENT
    consent: ConsentGiven | UnsetType = UNSET


class HouseholdFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Some fields of a household."""

    address: Address | UnsetType = UNSET
    language: Language | UnsetType = UNSET


class PersonFields(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """Some fields of a person."""

    full_name: Name | UnsetType = UNSET
    birth_date: date | UnsetType | None = UNSET
    birth_year: Year | UnsetType | None = UNSET
    sex: Sex | UnsetType = UNSET
    phone: Phone | UnsetType = UNSET
    relation: Relation | UnsetType = UNSET
    residence: Residence | UnsetType = UNSET
    presence: Presence | UnsetType = UNSET


class Change(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """An edit of a record, field by field; `edit` is the count that the phone keeps of its edits of it."""

    base: Any
    wanted: Any = field(name="set")
    edit: Count | None = None

    @property
    def record(self) -> UUID:
        """The id of what is edited."""
        raise NotImplementedError


class HouseholdChange(Change, frozen=True, kw_only=True):
    household: UUID
    base: HouseholdFields
    wanted: HouseholdFields = field(name="set")

    @property
    def record(self) -> UUID:
        return self.household


class PersonChange(Change, frozen=True, kw_only=True):
    person: UUID
    base: PersonFields
    wanted: PersonFields = field(name="set")

    @property
    def record(self) -> UUID:
        return self.person


def given(fields: Struct) -> dict[str, Any]:
    """The fields that were said, by name."""
    named = ((name, getattr(fields, name)) for name in fields.__struct_fields__)
    return {name: value for name, value in named if value is not UNSET}
