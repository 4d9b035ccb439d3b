"""Who may touch the tables: no ORM in doors, tasks and reports; raw SQL for writing in base.bulk and
actions only; nobody's tables but one's own."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

import pytest

from tests.house.sources import Source, source, sources

NO_TABLES = (
    "api",
    "auth",
    "tasks",
    "tables",
    "formats",
    "commands",
    "channels",
    "urls",
    "actor",
    "rules",
    "items",
)
# The office's screens are built on query sets, so admin is not in the list; they save through actions.
_WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
_WRITING_SQL = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+\w+(\s+\w+)?\s+SET|DELETE\s+FROM|TRUNCATE|ALTER\s|CREATE\s+(TABLE|INDEX)|DROP\s)",
    re.IGNORECASE,
)
_TABLES = re.compile(
    r"\b(?:FROM|JOIN|INTO|UPDATE|USING)\s+((?:areas|accounts|people|checklist|guides|reports|sync|notices|privacy)_\w+)",
    re.I,
)
# What is called as a row's writing is, and is none of it.
NO_ROW = {
    ("accounts.models", "save"): "createsuperuser's manager",
    ("reports.formats.docx", "save"): "a document into memory",
}
# Beside the brick that writes: what migrations and the owner declare with.
DECLARES = {"base.bulk", "base.scope", "accounts.management.commands.grant_application"}
# A query that reads a lower room's table in SQL, and why it is worth it.
OTHERS_TABLES = {
    (
        "accounts.queries.tokens",
        "areas_area",
    ): "one statement authenticates every request: the level of a post's area, and all below it",
    (
        "accounts.actions.sealing",
        "areas_area",
    ): "one statement tells of which province a note is",
    ("people.queries", "areas_area"): "one statement tells where persons live, before every write",
    ("people.queries.then", "areas_area"): "a move is remembered by the code of the hamlet",
    ("people.queries.retaining", "areas_area"): "whose place has no decision any more, in one statement",
    ("people.queries.retaining", "areas_feed"): "the same statement",
    ("people.queries.retaining", "areas_basis"): "the same statement: since when",
    ("people.queries.grounds", "areas_area"): "the same statement, with the ground of a household",
    ("people.queries.grounds", "areas_feed"): "the decision in force stands in the feed's row",
    ("people.actions.change", "areas_feed"): "the same, for what is edited",
    ("people.actions.consent", "areas_feed"): "the same, for who withdraws",
    ("people.queries", "areas_feed"): "the same statement tells the feed's revision: no third trip",
    ("people.actions.change", "areas_area"): "one statement reads what is edited and where it lies",
}


def orm_faults(found: Iterable[Source]) -> list[str]:
    """Where a table is touched by code that should call an action or a query."""
    return [
        f"{module.module}:{node.lineno}: {node.attr}"
        for module in found
        if module.part in NO_TABLES
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute)
        if node.attr in ("objects", "_default_manager", "_base_manager", "cursor")
        and not (node.attr == "cursor" and module.room == "base")
    ]


def write_faults(found: Iterable[Source]) -> list[str]:
    """Writing by the ORM or by SQL outside actions (models and migrations declare, they do not write)."""
    return [
        fault
        for module in found
        if module.part != "actions" and module.module not in DECLARES and module.room != "config"
        for fault in (*_orm_writes(module), *_sql_writes(module))
    ]


def _orm_writes(module: Source) -> list[str]:
    calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    return [
        f"{module.module}:{node.lineno}: {node.func.attr}"
        for node in calls
        if isinstance(node.func, ast.Attribute)
        and node.func.attr in _WRITES
        and (module.module, node.func.attr) not in NO_ROW
    ]


def _sql_writes(module: Source) -> list[str]:
    if module.module == "base.api.doors":  # names the words that a reading may not say
        return []
    return [
        f"{module.module}:{node.lineno}: SQL that writes"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _WRITING_SQL.search(node.value)
    ]


def others_tables(found: Iterable[Source]) -> list[tuple[str, str]]:
    """SQL that names another room's table."""
    return sorted(
        {
            (module.module, table.lower())
            for module in found
            for table in _TABLES.findall(module.text)
            if not table.lower().startswith(f"{module.room}_")
        }
    )


def http_faults(found: Iterable[Source]) -> list[str]:
    """Actions, queries and rules that know of HTTP (import-linter sees packages, not django.http)."""
    return [
        f"{module.module}: {node.module}"
        for module in found
        if module.part in ("actions", "queries", "rules", "models", "actor", "formats", "tables", "tasks")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ImportFrom)
        and (node.module or "").startswith(("django.http", "django.views"))
    ]


def sight_faults(found: Iterable[Source]) -> list[str]:
    """`save()` overrides, signals and default orderings in models: what happens must be read in actions."""
    return [
        f"{module.module}:{number}: {line.strip()}"
        for module in found
        if module.part == "models"
        for number, line in enumerate(module.text.splitlines(), start=1)
        if re.match(r"\s+(def (save|delete|clean)\(|ordering\s*=)|.*(@receiver|post_save|pre_save)", line)
    ]


def test_no_table_is_touched_in_doors_tasks_and_reports() -> None:
    assert orm_faults(sources()) == []


def test_only_actions_write() -> None:
    assert write_faults(sources()) == []


def test_nobody_reads_anothers_tables_in_sql_without_a_reason() -> None:
    assert set(others_tables(sources())) == set(OTHERS_TABLES)


def test_http_stays_at_the_door() -> None:
    assert http_faults(sources()) == []


def test_models_do_nothing_by_themselves() -> None:
    assert sight_faults(sources()) == []


@pytest.mark.parametrize("part", ["api", "tasks", "tables.readiness"])
@pytest.mark.parametrize("text", ["Person.objects.all()", "connection.cursor()", "kind._default_manager"])
def test_a_planted_query_in_a_door_is_found(part: str, text: str) -> None:
    assert len(orm_faults([source(f"people.{part}", text)])) == 1


@pytest.mark.parametrize(
    "text",
    [
        "Person.objects.create(id=1)",
        "person.save()",
        "'INSERT INTO people_person VALUES (1)'",
        "'update people_person set sex = 1'",
        "'UPDATE people_person kept SET sex = 1'",
        "'DELETE FROM people_person'",
    ],
)
def test_a_planted_write_outside_actions_is_found(text: str) -> None:
    assert len(write_faults([source("people.queries", text)])) == 1
    assert write_faults([source("people.actions.change", text)]) == []


def test_a_planted_look_into_anothers_table_is_found() -> None:
    planted = source("checklist.queries", "'SELECT 1 FROM people_person JOIN checklist_tally'")
    assert others_tables([planted]) == [("checklist.queries", "people_person")]


def test_planted_http_in_an_action_is_found() -> None:
    assert http_faults([source("people.actions", "from django.http import Http404")]) == [
        "people.actions: django.http"
    ]


@pytest.mark.parametrize("line", ["    def save(self):", "        ordering = ['id']", "@receiver(post_save)"])
def test_a_planted_clever_model_is_found(line: str) -> None:
    assert len(sight_faults([source("people.models", line)])) == 1
