"""Every queue has a worker, every task of the timetable exists, a task is told ids only; a sweep finds what a
lost hint was for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from config.celery import QUEUES, app
from tests.house.sources import ROOT, Source, source, sources

IDS = {"int", "str", "UUID", "int | str", "Sequence[int]", "list[int]", "list[str]", "Sequence[str]"}


def faults(tasks: Mapping[str, Any], timetable: Mapping[str, Any], queues: Iterable[str]) -> list[str]:
    """Tasks sent to a queue nobody works at; entries of the timetable that name no task."""
    served = set(queues)
    homes = {name: _queue_of(task) for name, task in tasks.items() if not name.startswith("celery.")}
    wrong = [f"{name}: nobody works at {home}" for name, home in homes.items() if home not in served]
    for title, entry in timetable.items():
        if entry["task"] not in tasks:
            wrong.append(f"{title}: there is no task {entry['task']}")
        queue = (entry.get("options") or {}).get("queue")
        if queue and queue not in served:
            wrong.append(f"{title}: nobody works at {queue}")
    return wrong


def _queue_of(task: Any) -> str:
    route = app.amqp.router.route({}, task.name)
    return str(getattr(task, "queue", None) or getattr(route.get("queue"), "name", route.get("queue")))


def told(found: Iterable[Source]) -> list[str]:
    """Arguments of tasks that are no ids: a queue keeps what it is told, and shows it to who looks."""
    return [
        f"{module.module}.{function.name}: {arg.arg}"
        for module in found
        if module.part == "tasks"
        for function in module.tree.body
        if isinstance(function, ast.FunctionDef) and function.decorator_list
        for arg in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
        if not (arg.arg == "id" or arg.arg.endswith(("_id", "_ids", "ids")))
        or ast.unparse(arg.annotation or ast.Name("?")) not in IDS
    ]


# What each hinted task leaves to: the task of the timetable that finds its rows when the hint is lost.
SWEPT = {
    "reports.tasks.build_export": "reports.tasks.build_due",
    "notices.tasks.deliver_due": "notices.tasks.deliver_due",
}
NAMERS = ("config.celery",)  # where queues are named


def hinted(found: Iterable[Source]) -> set[str]:
    """The tasks that are nudged anywhere, by their names; what is no text there is taken from its module."""
    names = set()
    for module in found:
        constants = {
            node.targets[0].id: node.value.value
            for node in module.tree.body
            if isinstance(node, ast.Assign)
            and isinstance(node.targets[0], ast.Name)
            and isinstance(node.value, ast.Constant)
        }
        for call in _calls(module, "nudge"):
            what = call.args[0]
            name = what.value if isinstance(what, ast.Constant) else constants.get(ast.unparse(what))
            names.add(str(name or ast.unparse(what)))
    return names


def _calls(module: Source, *names: str) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] in names
    ]


def unswept(found: Iterable[Source], timetable: Mapping[str, Any]) -> list[str]:
    """Hinted tasks whose rows nobody looks for when the hint is lost."""
    swept = {entry["task"] for entry in timetable.values()}
    return sorted(name for name in hinted(found) if SWEPT.get(name) not in swept)


def named_elsewhere(found: Iterable[Source]) -> list[str]:
    """Places that name a queue and are not the one that does."""
    senders = ("shared_task", "task", "apply_async", "send_task", "signature", "nudge")
    return [
        f"{module.module}:{call.lineno}"
        for module in found
        if module.module not in NAMERS
        for call in _calls(module, *senders)
        if any(word.arg in ("queue", "routing_key", "exchange") for word in call.keywords)
    ]


@pytest.fixture(autouse=True)
def _all_tasks_known() -> None:
    app.loader.import_default_modules()


def test_every_task_has_a_queue_with_a_worker() -> None:
    assert faults(app.tasks, app.conf.beat_schedule, QUEUES) == []
    known = {name for name in app.tasks if not name.startswith("celery.")}
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= known


def test_tasks_are_told_ids_only() -> None:
    assert told(sources()) == []


def test_whatever_a_hint_was_lost_for_is_found_by_the_timetable() -> None:
    assert hinted(sources()) == set(SWEPT)
    assert unswept(sources(), app.conf.beat_schedule) == []


def test_a_planted_hint_that_nobody_sweeps_for_is_found() -> None:
    planted = source("people.actions", 'WORK = "people.tasks.work"\n\ndef act() -> None:\n    nudge(WORK, 7)')
    assert unswept([planted], app.conf.beat_schedule) == ["people.tasks.work"]
    without = {title: one for title, one in app.conf.beat_schedule.items() if title != "build exports"}
    assert unswept(sources(), without) == ["reports.tasks.build_export"]


def test_queues_are_named_in_one_place() -> None:
    assert named_elsewhere(sources()) == []
    assert set(app.conf.task_routes) <= set(app.tasks)
    told = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    assert f"worker --concurrency 2 --queues {','.join(QUEUES)}" in told


def test_a_planted_name_of_a_queue_elsewhere_is_found() -> None:
    planted = source("people.tasks", '@shared_task(queue="files")\ndef work(row_id: int) -> None: ...')
    assert named_elsewhere([planted]) == ["people.tasks:1"]


def test_a_planted_task_without_a_worker_is_found() -> None:
    assert faults(app.tasks, {}, ["attic"])
    lost = SimpleNamespace(name="planted.lost", queue="attic")
    assert faults({"planted.lost": lost}, {}, QUEUES) == ["planted.lost: nobody works at attic"]


def test_a_planted_timetable_is_found() -> None:
    planted = {"sweep": {"task": "people.tasks.swepe"}}
    assert faults(app.tasks, planted, QUEUES) == ["sweep: there is no task people.tasks.swepe"]
    planted = {"sweep": {"task": "people.tasks.drop_stale_imports", "options": {"queue": "attic"}}}
    assert faults(app.tasks, planted, QUEUES) == ["sweep: nobody works at attic"]


@pytest.mark.parametrize(
    "argument", ["name: str", "person: Person", "phone: str", "person_id: dict", "person_id"]
)
def test_a_planted_task_that_is_told_more_is_found(argument: str) -> None:
    planted = source("people.tasks", f"@shared_task\ndef tell({argument}) -> None: ...")
    assert len(told([planted])) == 1
    assert told([source("people.tasks", "@shared_task\ndef tell(person_id: int) -> None: ...")]) == []
