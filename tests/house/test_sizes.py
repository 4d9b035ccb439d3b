"""Small, and capped at the tail: functions, files, complexity, and the few bricks of base."""

from __future__ import annotations

import ast
import io
import tokenize
import tomllib
from collections.abc import Iterable
from functools import cache

from tests.house.sources import PYPROJECT, ROOT, Source, packages, source, sources

LINES_OF_FUNCTION, LINES_OF_FILE, COMPLEXITY, WORDS_OF_DECISION = 30, 300, 8, 400
BRICKS = {"api", "bulk", "days", "errors", "models", "names", "queue", "registry", "scope", "sealed"}
# Longer than the cap, and why it reads better in one piece.
LONG_FUNCTIONS = {
    "config.celery._configure": "one table of settings, a line each",
    "config.servers.redis": "one table of arguments, a line each",
}
LONG_FILES: dict[str, str] = {}


def long_functions(found: Iterable[Source]) -> dict[str, int]:
    """Functions over the cap and their lines of code: no blanks, comments, docstring or signature."""
    return {
        f"{module.module}.{function.name}": lines
        for module in found
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := _code_lines(module, function)) > LINES_OF_FUNCTION
    }


def _code_lines(module: Source, function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 0
    last = function.end_lineno or body[-1].lineno
    return len({line for line in _lines_of_code(module) if body[0].lineno <= line <= last})


@cache
def _lines_of_code(module: Source) -> set[int]:
    skipped = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT)
    tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return {
        line
        for token in tokens
        if token.type not in skipped
        for line in range(token.start[0], token.end[0] + 1)
    }


def long_files(found: Iterable[Source]) -> list[str]:
    """Files over the cap."""
    return [module.module for module in found if module.text.count("\n") > LINES_OF_FILE]


def test_functions_are_short() -> None:
    assert set(long_functions(sources())) <= set(LONG_FUNCTIONS)


def test_files_are_short() -> None:
    assert set(long_files(sources())) <= set(LONG_FILES)


def test_complexity_is_capped_by_the_linter() -> None:
    ruff = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["tool"]["ruff"]["lint"]
    assert "C90" in ruff["select"]
    assert "C901" not in ruff["ignore"]
    assert ruff["mccabe"]["max-complexity"] <= COMPLEXITY
    assert not [module.module for module in sources() if "noqa: C901" in module.text]


def test_base_is_ten_bricks_and_never_becomes_utils() -> None:
    found = {
        path.stem for path in (ROOT / "base").iterdir() if path.name[0] not in "_." and _is_code(path.name)
    }
    assert found == BRICKS
    assert len(BRICKS) <= 10


def _is_code(name: str) -> bool:
    return name.endswith(".py") or (ROOT / "base" / name / "__init__.py").exists()


def test_no_room_and_no_module_is_a_drawer_for_anything() -> None:
    drawers = {
        "utils",
        "util",
        "helpers",
        "helper",
        "common",
        "core",
        "services",
        "misc",
        "managers",
        "handlers",
    }
    parts = {part for module in sources() for part in module.module.split(".")}
    assert not parts & drawers
    assert not drawers & set(packages())


def test_a_planted_long_function_is_found() -> None:
    body = "\n".join(f"    step_{number} = {number}" for number in range(31))
    text = f'def long() -> None:\n    """Long."""\n    # a comment\n\n{body}\n'
    assert long_functions([source("people.rules", text)]) == {"people.rules.long": 31}
    shorter = text.replace("    step_0 = 0\n", "")
    assert long_functions([source("people.rules", shorter)]) == {}


def test_a_planted_long_file_is_found() -> None:
    assert long_files([source("people.rules", "x = 1\n" * 301)]) == ["people.rules"]


def wordy(pages: Iterable[tuple[str, str]]) -> list[str]:
    """Decisions over the cap."""
    return [name for name, text in pages if len(text.split()) > WORDS_OF_DECISION]


def test_decisions_are_short() -> None:
    pages = [(path.name, path.read_text("utf-8")) for path in (ROOT / "docs/decisions").glob("*.md")]
    assert len(pages) > 15
    assert wordy(pages) == []


def test_a_planted_long_decision_is_found() -> None:
    assert wordy([("long.md", "word " * 401), ("short.md", "word " * 400)]) == ["long.md"]
