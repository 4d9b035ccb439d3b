"""docs/operations.md tells of what there is: each command exists, each variable of the settings is in it."""

from __future__ import annotations

import re

from django.core.management import get_commands

from tests.house.sources import ROOT

PAGE = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
SETTINGS = (ROOT / "config/settings.py").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")


def missing(page: str) -> list[str]:
    """Commands that a page names and that do not exist."""
    named = set(re.findall(r"manage\.py (\w+)", page)) - set(get_commands())
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.M))
    return sorted(named) + sorted(set(re.findall(r"`make ([a-z-]+)", page)) - targets)


def untold(settings: str, page: str) -> list[str]:
    """Variables that the settings read and the page does not name."""
    named = re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", settings)
    return sorted({name for name in named if f"`{name}`" not in page})


def test_every_command_and_variable_of_the_page_exists() -> None:
    assert missing(PAGE) == []
    assert untold(SETTINGS, PAGE) == []


def test_a_planted_command_and_a_planted_variable_are_found() -> None:
    assert missing("`python manage.py fly` and `make tea`, `python manage.py migrate`") == ["fly", "tea"]
    assert untold('A = env.text("NOBODY_TOLD", "")', PAGE) == ["NOBODY_TOLD"]
