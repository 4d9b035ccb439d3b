"""Which fields of a household or person may be edited, and what is checked and derived."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from base.errors import Refusal
from base.names import clean, fold, sort_key
from people.queries.sealed import ADDRESS, address_columns, phone_columns
from people.rules.persons import check_birth, check_name, check_phone, check_words, counted_birth, masked

# For bulk.update: after a move the same number may stand for another revision, that of another hamlet.
STILL_THERE = {"hamlet_id": "bigint"}


@dataclass(frozen=True, slots=True)
class Kind:
    """What differs between editing households and editing persons."""

    table: str
    whose: str  # the column of the history
    fields: dict[str, str]  # the fields that may be edited, with their PostgreSQL types
    check: Callable[[dict[str, Any], dict[str, Any], date], dict[str, Any]]
    one_value: frozenset[str]  # fields that say one thing together: they are set, or clash, together
    derived: dict[str, str]
    derive: Callable[[dict[str, Any]], dict[str, Any]]
    sealed: dict[str, str]  # the columns of the one field that is sealed
    sealed_field: str
    seal: Callable[[UUID, str], dict[str, Any]]  # what those columns are to be
    shown: Callable[[Any], str]  # what an editor sees of it

    @property
    def columns(self) -> dict[str, str]:
        """The columns of the fields."""
        return self.fields | self.sealed


def _check_household(values: dict[str, Any], wanted: dict[str, Any], on: date) -> dict[str, Any]:
    return {name: clean(value) if isinstance(value, str) else value for name, value in wanted.items()}


def _check_person(values: dict[str, Any], wanted: dict[str, Any], on: date) -> dict[str, Any]:
    """The fields to set as they are stored; refuses with "set.<field>"."""
    try:
        if "full_name" in wanted:
            wanted["full_name"] = check_name(wanted["full_name"])
        if "phone" in wanted:
            wanted["phone"] = check_phone(wanted["phone"])  # a mask is none
        check_words(wanted)
        if "birth_date" in wanted or "birth_year" in wanted:
            born = {**values, **wanted}
            check_birth(born["birth_date"], born["birth_year"], on)
    except Refusal as refusal:
        refusal.path = f"set.{refusal.path}"
        raise
    return wanted


def _derive_person(values: dict[str, Any]) -> dict[str, Any]:
    name = values["full_name"]
    born_on = counted_birth(values["birth_date"], values["birth_year"])
    return {"search_key": fold(name), "sort_key": sort_key(name), "born_on": born_on}


HOUSEHOLDS = Kind(
    table="people_household",
    whose="household_id",
    fields={"address": "text", "language": "text"},
    sealed={"address": "text"},
    sealed_field="address",
    seal=address_columns,
    shown=lambda row: ADDRESS.shown(row.id, row.address),
    check=_check_household,
    one_value=frozenset(),
    derived={},
    derive=lambda values: {},
)
PERSONS = Kind(
    table="people_person",
    whose="person_id",
    fields={
        "full_name": "text",
        "birth_date": "date",
        "birth_year": "smallint",
        "sex": "text",
        "phone": "text",
        "relation": "text",
        "residence": "text",
        "presence": "text",
    },
    check=_check_person,
    one_value=frozenset({"birth_date", "birth_year"}),
    sealed={"phone": "text", "phone_end": "text", "phone_index": "bytea"},
    sealed_field="phone",
    seal=phone_columns,
    shown=lambda row: masked(row.phone_end),
    derived={"search_key": "text", "sort_key": "text", "born_on": "date"},
    derive=_derive_person,
)
