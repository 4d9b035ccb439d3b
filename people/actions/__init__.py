"""What can be done to households and persons."""

from people.actions.change import Edit, FieldClash, change_households, change_persons
from people.actions.imports import apply_import, drop_stale_imports, undo_import
from people.actions.new import NewHousehold, NewPerson
from people.actions.register import IdTaken, register_households, register_persons
from people.actions.stage import stage_import

__all__ = [
    "Edit",
    "FieldClash",
    "IdTaken",
    "NewHousehold",
    "NewPerson",
    "apply_import",
    "change_households",
    "change_persons",
    "drop_stale_imports",
    "register_households",
    "register_persons",
    "stage_import",
    "undo_import",
]
