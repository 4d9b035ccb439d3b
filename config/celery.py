"""The Celery app, the names of its queues, and the timetable.

The row is the promise, the queue a hint: losing all of Redis loses nothing, so an
unreachable Redis must cost a request milliseconds and not the six seconds of the defaults.
"""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab
from celery.signals import worker_init

from config.database import OPTIONS

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

# Every queue has a worker: tests/house proves it. Files take minutes, and must not keep the rest waiting.
HOUSE, FILES = "house", "files"
QUEUES = (HOUSE, FILES)
ROUTES = {"reports.tasks.build_export": FILES, "reports.tasks.build_due": FILES}

app = Celery("san_sang_so")
# Else a thread of the web would publish to the broker that Celery looks for by default.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")


def _configure() -> None:
    from django.conf import settings

    app.conf.update(
        broker_url=_broker(settings.REDIS_URL),
        task_default_queue=HOUSE,
        task_routes={task: {"queue": queue} for task, queue in ROUTES.items()},
        task_ignore_result=True,
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        # Else a process keeps four tasks to itself, behind one that takes long.
        worker_prefetch_multiplier=1,
        task_soft_time_limit=14 * 60,
        task_time_limit=15 * 60,
        task_serializer="json",
        accept_content=["json"],
        timezone=settings.TIME_ZONE,
        broker_connection_retry_on_startup=True,
        broker_transport_options={
            # A task in hand waits for one before it, and takes its own time.
            "visibility_timeout": 45 * 60,
            "unacked_restore_interval": 5,
            "unacked_restore_throttle": 1,
            "max_retries": 1,
            "interval_start": 0,
            "interval_step": 0,
            "interval_max": 0,
        },
        worker_hijack_root_logger=False,
        beat_schedule={
            "drop stale imports": {"task": "people.tasks.drop_stale_imports", "schedule": crontab(minute=17)},
            "drop stale enrolments": {
                "task": "accounts.tasks.drop_stale_enrolments",
                "schedule": crontab(minute=37),
            },
            "seal notes": {"task": "accounts.tasks.seal_notes", "schedule": crontab()},
            "anchor heads": {"task": "accounts.tasks.anchor_heads", "schedule": crontab(minute=3)},
            "verify audit": {"task": "accounts.tasks.verify_audit", "schedule": crontab(hour=3, minute=33)},
            "audit tallies": {"task": "checklist.tasks.audit_tallies", "schedule": crontab(hour=2, minute=7)},
            "move tallies on": {
                "task": "checklist.tasks.move_tallies_on",
                "schedule": crontab(hour=0, minute=1),
            },
            "judge held work": {"task": "sync.tasks.judge_held", "schedule": crontab()},
            "build exports": {"task": "reports.tasks.build_due", "schedule": crontab()},
            "take snapshots": {"task": "reports.tasks.take_snapshots", "schedule": crontab(minute=13)},
            "expire exports": {"task": "reports.tasks.expire_exports", "schedule": crontab(minute="*/10")},
            "run schedules": {"task": "reports.tasks.run_schedules", "schedule": crontab(minute=7)},
            "publish figures": {"task": "reports.tasks.publish_figures", "schedule": crontab(minute=47)},
            "alarms of requests": {"task": "privacy.tasks.raise_alarms", "schedule": crontab(minute=3)},
            "alarms of breaches": {
                "task": "privacy.tasks.raise_breach_alarms",
                "schedule": crontab(minute=3),
            },
            "keep limits": {"task": "privacy.tasks.keep_limits", "schedule": crontab(hour=3, minute=33)},
            "replay erasures": {"task": "privacy.tasks.replay_erasures", "schedule": crontab(minute=43)},
            "deliver notices": {"task": "notices.tasks.deliver_due", "schedule": crontab()},
            "drop old notices": {"task": "notices.tasks.drop_old_notices", "schedule": crontab(minute=27)},
        },
    )


def _broker(url: str) -> str:
    """Celery's spelling of a Redis address (a unix socket is `redis+socket://` there)."""
    if url.startswith("unix://"):
        path, _, query = url.removeprefix("unix://").partition("?")
        number = query.removeprefix("db=") or "0"
        return f"redis+socket://{path}?virtual_host={number}"
    return url


@worker_init.connect
def _work_for_the_house(**kwargs: object) -> None:
    """A worker's connections are the house's own: opened after this, here and in its children."""
    from django.db import connections

    connections.settings["default"]["OPTIONS"]["options"] = OPTIONS["worker"]


_configure()
app.autodiscover_tasks()
