"""What can be done to households and persons."""

from people.actions.agreed import GivenConsent, NewConsent
from people.actions.change import Edit, FieldClash, change_households, change_persons, correct_person
from people.actions.consent import give_consents
from people.actions.forget import Erased, forget_persons, remember_forgotten
from people.actions.imports import apply_import, drop_stale_imports, undo_import
from people.actions.move import Move, move_households
from people.actions.new import NewHousehold, NewPerson
from people.actions.register import IdTaken, register_households, register_persons
from people.actions.restrict import lift_restrictions, restrict_persons
from people.actions.retain import drop_old_contacts, drop_roster_problems, forget_empty_households
from people.actions.stage import stage_import

__all__ = [
    "Edit",
    "Erased",
    "FieldClash",
    "GivenConsent",
    "IdTaken",
    "Move",
    "NewConsent",
    "NewHousehold",
    "NewPerson",
    "apply_import",
    "change_households",
    "change_persons",
    "correct_person",
    "drop_old_contacts",
    "drop_roster_problems",
    "drop_stale_imports",
    "forget_empty_households",
    "forget_persons",
    "give_consents",
    "lift_restrictions",
    "move_households",
    "register_households",
    "register_persons",
    "remember_forgotten",
    "restrict_persons",
    "stage_import",
    "undo_import",
]
