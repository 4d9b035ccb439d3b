"""What the guards read: the sources of the rooms, parsed. A guard is a function over them."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PYPROJECT = ROOT / "pyproject.toml"


@dataclass(frozen=True)
class Source:
    """One module: its dotted name and its text."""

    module: str
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def room(self) -> str:
        """ "people" of people.actions.change."""
        return self.module.split(".")[0]

    @property
    def part(self) -> str:
        """ "actions" of people.actions.change; "" for the room itself."""
        return self.module.partition(".")[2].partition(".")[0]

    def calls(self) -> Iterator[tuple[str, int]]:
        """Every attribute and name that is read, as written ("timezone.now"), with its line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Attribute | ast.Name):
                yield ast.unparse(node), node.lineno


def packages() -> list[str]:
    """The root packages that the import contracts name: config, the rooms, base."""
    settings = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))
    found: list[str] = settings["tool"]["importlinter"]["root_packages"]
    return found


def rooms() -> list[str]:
    """The rooms proper."""
    return [name for name in packages() if name not in ("config", "base")]


@cache
def sources() -> list[Source]:
    """Every module of the house but the migrations."""
    return [
        Source(_module_of(path), path.read_text(encoding="utf-8"))
        for package in packages()
        for path in sorted((ROOT / package).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def _module_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def source(module: str, text: str) -> Source:
    """A planted module."""
    return Source(module, text)
