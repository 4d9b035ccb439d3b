"""The doors of people."""

from people.api.consents import Consents, ConsentTexts
from people.api.duplicates import Duplicates
from people.api.households import Households, MoveHousehold, OneHousehold, OnePerson, PersonsOfHousehold
from people.api.imports import ApplyImport, Imports, OneImport, UndoImport
from people.api.readers import Readers

__all__ = [
    "ApplyImport",
    "ConsentTexts",
    "Consents",
    "Duplicates",
    "Households",
    "Imports",
    "MoveHousehold",
    "OneHousehold",
    "OneImport",
    "OnePerson",
    "PersonsOfHousehold",
    "Readers",
    "UndoImport",
]
