"""Every queue has a worker, every task of the timetable exists, and a task is told ids only."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from config.celery import QUEUES, app
from tests.house.sources import Source, source, sources

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


@pytest.fixture(autouse=True)
def _all_tasks_known() -> None:
    app.loader.import_default_modules()


def test_every_task_has_a_queue_with_a_worker() -> None:
    assert faults(app.tasks, app.conf.beat_schedule, QUEUES) == []
    known = {name for name in app.tasks if not name.startswith("celery.")}
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= known


def test_tasks_are_told_ids_only() -> None:
    assert told(sources()) == []


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
