"""Redis stopped, flushed or hanging: no file and no notice is lost, and no request waits for it."""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import redis
from celery import Celery, current_app

from base import queue
from config import servers
from config.celery import FILES, HOUSE, _broker, app
from notices import tasks as notices
from notices.models import Notice
from reports import tasks as reports
from reports.models import Export, SnapshotDay
from tests.reports.exporting import ask, folder
from tests.village import calling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
__all__ = ["folder"]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[servers.Server]:
    """A Redis of this story alone, to which the house publishes as it does in earnest."""
    with tempfile.TemporaryDirectory(prefix="sss-") as place:
        own = servers.redis(Path(place), Path(place))
        own.start()
        house = Celery("of this story", broker=_broker(own.url), set_as_current=False)
        house.conf.broker_transport_options = app.conf.broker_transport_options
        house.conf.task_routes = app.conf.task_routes
        monkeypatch.setattr(queue, "current_app", house)
        try:
            yield own
        finally:
            queue.settle()
            house.close()
            own.stop()


@contextmanager
def hanging(server: servers.Server) -> Iterator[None]:
    """It is there and does not answer."""
    assert server.child is not None
    os.kill(server.child.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.child.pid, signal.SIGCONT)


def waiting_in(server: servers.Server) -> int:
    with redis.Redis.from_url(server.url) as asked:
        return int(asked.llen(FILES))


def request_a_file(committing: Any) -> Export:
    """Asked for at the door; what follows COMMIT is done."""
    with committing(execute=True):
        reply = ask(calling("dung"))
    assert reply.status == 202
    return Export.objects.get(pk=reply.json["id"])


def the_timetable_comes() -> None:
    reports.build_due()
    notices.deliver_due()


def all_is_well(export: Export) -> None:
    export.refresh_from_db()
    assert export.state == "ready"
    assert [notice.state for notice in Notice.objects.filter(subject=export.pk)] == ["sent"]


def test_a_request_wakes_a_worker_of_files(
    server: servers.Server, django_capture_on_commit_callbacks: Any
) -> None:
    """Else the stories below would prove nothing."""
    request_a_file(django_capture_on_commit_callbacks)
    queue.settle()
    assert waiting_in(server) == 1


def test_a_redis_that_was_flushed_loses_no_file(
    server: servers.Server, django_capture_on_commit_callbacks: Any
) -> None:
    export = request_a_file(django_capture_on_commit_callbacks)
    queue.settle()
    with redis.Redis.from_url(server.url) as asked:
        asked.flushall()
    assert waiting_in(server) == 0
    the_timetable_comes()
    all_is_well(export)


def test_a_redis_that_stopped_loses_no_file(
    server: servers.Server, django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    server.stop()
    export = request_a_file(django_capture_on_commit_callbacks)
    queue.settle()
    assert "nudge lost" in caplog.text
    the_timetable_comes()
    all_is_well(export)


def test_a_redis_that_hangs_keeps_no_request_waiting(
    server: servers.Server, django_capture_on_commit_callbacks: Any
) -> None:
    """The answer is there while the hint is still on its way; it arrives when Redis goes on."""
    hints = queue._hints(os.getpid())
    with hanging(server):
        export = request_a_file(django_capture_on_commit_callbacks)
        assert hints.unfinished_tasks > 0, "answered before the hint was out"
        the_timetable_comes()
        all_is_well(export)
    queue.settle()
    assert hints.unfinished_tasks == 0
    assert waiting_in(server) >= 1


def test_a_redis_that_was_flushed_or_stopped_loses_no_snapshot(server: servers.Server) -> None:
    """The timetable's word for a day that is over is gone; an hour later it says it again."""
    queue.current_app.send_task("reports.tasks.take_snapshots")
    with redis.Redis.from_url(server.url) as asked:
        assert asked.llen(HOUSE) + asked.llen("celery") == 1
        asked.flushall()
        assert asked.llen(HOUSE) + asked.llen("celery") == 0
    server.stop()
    assert not SnapshotDay.objects.exists()
    reports.take_snapshots()
    assert SnapshotDay.objects.exists()


def test_a_redis_that_was_flushed_loses_no_notice(
    server: servers.Server, django_capture_on_commit_callbacks: Any
) -> None:
    """The file is there, and the word that somebody is to be told is lost."""
    export = request_a_file(django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        reports.build_due()
    queue.settle()
    with redis.Redis.from_url(server.url) as asked:
        asked.flushall()
    assert [notice.state for notice in Notice.objects.filter(subject=export.pk)] == ["waiting"]
    notices.deliver_due()
    all_is_well(export)


def test_on_a_new_way_to_redis_nothing_is_said_but_what_is_asked(server: servers.Server) -> None:
    """Each word on the way is one more answer to wait for; the usual way has three."""

    def said(asking: Any) -> set[str]:
        with redis.Redis.from_url(server.url) as watching:
            watching.ping()
            watching.config_resetstat()
            asking()
            return {name.removeprefix("cmdstat_") for name in watching.info("commandstats")}

    ours = said(lambda: queue.redis_at(server.url, 5.0).eval("return 1", 0))
    usual = said(lambda: redis.Redis.from_url(server.url).eval("return 1", 0))
    noise = {"config|resetstat", "config", "info"}
    assert ours - noise == {"eval"}
    assert usual - noise > {"eval"}, "the same, as the library does it by itself"


def test_more_hints_than_are_kept_are_dropped_and_nobody_waits(caplog: pytest.LogCaptureFixture) -> None:
    full: Any = queue.Queue(1)
    full.put(("x", ()))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(queue, "_hints", lambda process: full)
        queue._hint("reports.tasks.build_export", ("x",))
    assert "nudge lost: Full" in caplog.text


def test_every_thread_publishes_to_the_broker_of_the_house() -> None:
    """Celery's default application is another one in a thread that nobody told."""
    seen: list[str] = []
    asking = Thread(target=lambda: seen.append(current_app.main))
    asking.start()
    asking.join(10)
    assert seen == [app.main] == ["san_sang_so"]
