"""The doors of people."""

from people.api.households import Households, OneHousehold, OnePerson, PersonsOfHousehold
from people.api.imports import ApplyImport, Imports, OneImport, UndoImport

__all__ = [
    "ApplyImport",
    "Households",
    "Imports",
    "OneHousehold",
    "OneImport",
    "OnePerson",
    "PersonsOfHousehold",
    "UndoImport",
]
