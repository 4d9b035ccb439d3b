"""Imports go down only, and a room is entered by its doors; every sort of wrong import is caught."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.house.sources import PYPROJECT, ROOT, packages, rooms

# Where a wrong line is planted -> the line -> what the report must name.
PLANTED: dict[str, tuple[str, str]] = {
    # upwards
    "base/names.py": ("import areas.rules", "base.names -> areas.rules"),
    "areas/rules.py": ("from accounts.rules import Role", "areas.rules -> accounts.rules"),
    "accounts/queries/__init__.py": (
        "from people.queries import find_person",
        "accounts.queries -> people.queries",
    ),
    "people/queries/feed.py": ("import checklist.queries", "people.queries.feed -> checklist.queries"),
    "checklist/actions/follow.py": ("import reports.queries", "checklist.actions.follow -> reports.queries"),
    "people/tasks.py": ("import config.celery", "people.tasks -> config.celery"),
    "guides/queries.py": ("import checklist.items", "guides.queries -> checklist.items"),
    "checklist/rules/steps.py": ("import guides.rules", "checklist.rules.steps -> guides.rules"),
    "sync/rules.py": ("import web.texts", "sync.rules -> web.texts"),
    # furniture the wrong way up, and sideways
    "people/models.py": ("import people.queries", "people.models -> people.queries"),
    "checklist/queries/feeds.py": (
        "import checklist.actions",
        "checklist.queries.feeds -> checklist.actions",
    ),
    "people/api.py": ("import people.tasks", "people.api -> people.tasks"),
    "accounts/rules.py": ("import accounts.models", "accounts.rules -> accounts.models"),
    "checklist/items/identity.py": (
        "import checklist.rules.steps",
        "checklist.items.identity -> checklist.rules.steps",
    ),
    "people/formats/csv.py": ("import people.actions", "people.formats.csv -> people.actions"),
    # through the wall
    "checklist/api.py": ("from people.models import Person", "checklist.api -> people.models"),
    "checklist/actions/record.py": ("import accounts.api", "checklist.actions.record -> accounts.api"),
    "people/actions/change.py": ("import areas.models", "people.actions.change -> areas.models"),
    "people/actions/imports.py": ("import accounts.tasks", "people.actions.imports -> accounts.tasks"),
    "checklist/actions/marks.py": ("import people.formats", "checklist.actions.marks -> people.formats"),
    "web/pages/home.py": ("from guides.models import Guide", "web.pages.home -> guides.models"),
    "config/urls.py": ("import people.queries", "config.urls -> people.queries"),
    # frameworks out of place
    "guides/rules/media.py": ("import django.db", "guides.rules.media -> django"),
    "guides/actions/feedback.py": ("import redis", "guides.actions.feedback -> redis"),
    "people/rules/persons.py": ("import django.db", "people.rules.persons -> django"),
    "checklist/rules/ready.py": ("import celery", "checklist.rules.ready -> celery"),
    "people/actions/register.py": (
        "from rest_framework import status",
        "people.actions.register -> rest_framework",
    ),
    "accounts/actions/badges.py": ("import base.api", "accounts.actions.badges -> base.api"),
    "areas/queries.py": ("from rest_framework import status", "areas.queries -> rest_framework"),
    "accounts/api/mine.py": ("import celery", "accounts.api.mine -> celery"),
    "areas/actions/closing.py": ("import celery", "areas.actions.closing -> celery"),
    "accounts/auth.py": ("import redis", "accounts.auth -> redis"),
    # a drawer that no room has
    "people/helpers.py": ("", "people.helpers"),
}


def lint(folder: Path) -> str:
    """The report of import-linter on the packages in `folder`, "" when all contracts are kept."""
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "400"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout if done.returncode else ""


def contract(start: str) -> dict[str, Any]:
    """The import contract whose name begins so."""
    known = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["importlinter"]["contracts"]
    [found] = [one for one in known if one["name"].startswith(start)]
    return dict(found)


def test_every_import_goes_down_and_through_a_door() -> None:
    assert lint(ROOT) == ""


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What is said of a copy of the house with every wrong import of the list planted in it."""
    folder = tmp_path_factory.mktemp("house")
    shutil.copy(PYPROJECT, folder)
    for package in packages():
        ignored = shutil.ignore_patterns("data", "__pycache__", "migrations")
        shutil.copytree(ROOT / package, folder / package, ignore=ignored)
    for path, (line, _) in PLANTED.items():
        with (folder / path).open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    return lint(folder)


@pytest.mark.parametrize("path", PLANTED)
def test_a_planted_wrong_import_is_caught(report: str, path: str) -> None:
    assert PLANTED[path][1] in report, report


def test_every_package_of_the_house_stands_under_the_contracts() -> None:
    """No core, common or utils beside the rooms: a new one is named in the contracts first."""
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found == set(packages())
    furniture, doors, config = (contract(word) for word in ("Every room", "Doors", "Config"))
    assert set(furniture["containers"]) == set(config["forbidden_modules"]) == set(rooms())
    assert set(doors["source_modules"]) == {"config", *rooms()}
