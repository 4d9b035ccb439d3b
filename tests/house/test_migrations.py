"""Migrations: none missing, in one line, numbered, each with a name that says what it does."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.utils import translation

from tests.house.sources import rooms

Node = tuple[str, list[str]]  # a migration, and those of the same room it follows
_AUTO = re.compile(r"_(auto_\d|initial$|alter_|and_more|remove_|rename_|delete_)|\w+_field_")


def faults(room: str, nodes: Iterable[Node]) -> list[str]:
    """What is wrong with the line of a room's migrations."""
    wrong, before = [], ""
    for number, (name, parents) in enumerate(sorted(nodes), start=1):
        if not name.startswith(f"{number:04}_"):
            wrong.append(f"{room}.{name}: number {number:04} was expected")
        if _AUTO.search(name):
            wrong.append(f"{room}.{name}: a name made by a machine")
        if parents != ([before] if before else []):
            wrong.append(f"{room}.{name}: does not follow {before or 'nothing'} alone")
        before = name
    return wrong


def missing(state: ProjectState) -> list[str]:
    """Rooms whose models are not what their migrations make."""
    loader = MigrationLoader(None)
    with translation.override(None):  # a title is compared as it is written, not as it is read
        return sorted(MigrationAutodetector(loader.project_state(), state).changes(loader.graph))


def _nodes(room: str) -> list[Node]:
    loader = MigrationLoader(None)
    return [
        (name, sorted(parent for app, parent in migration.dependencies if app == room))
        for (app, name), migration in loader.disk_migrations.items()
        if app == room
    ]


@pytest.mark.parametrize("room", rooms())
def test_the_migrations_of_a_room_stand_in_one_line(room: str) -> None:
    assert faults(room, _nodes(room)) == []


def test_no_migration_is_missing() -> None:
    assert missing(ProjectState.from_apps(apps)) == []


@pytest.mark.django_db
def test_django_says_the_same() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.parametrize(
    ("nodes", "fault"),
    [
        ([("0001_the_people", []), ("0003_moves", ["0001_the_people"])], "number 0002"),
        ([("0001_initial", [])], "made by a machine"),
        ([("0001_the_people", []), ("0002_auto_2026", ["0001_the_people"])], "made by a machine"),
        ([("0001_the_people", []), ("0002_a_and_more", ["0001_the_people"])], "made by a machine"),
        (
            [("0001_the_people", []), ("0002_a", ["0001_the_people"]), ("0003_b", ["0001_the_people"])],
            "0002_a",
        ),
        (
            [("0001_a", []), ("0002_b", ["0001_a"]), ("0003_merge", ["0001_a", "0002_b"])],
            "does not follow 0002_b alone",
        ),
    ],
)
def test_a_planted_crooked_line_is_found(nodes: list[Node], fault: str) -> None:
    assert any(fault in found for found in faults("people", nodes))


def test_a_planted_model_without_migration_is_found() -> None:
    state = ProjectState.from_apps(apps)
    fields = [("id", models.BigAutoField(primary_key=True))]
    state.add_model(ModelState("people", "Forgotten", fields))
    assert missing(state) == ["people"]
