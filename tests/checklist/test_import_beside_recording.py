"""A roster is applied while somebody records in the same two hamlets."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.db import connection

from base.models import new_id
from checklist import actions
from checklist.actions import record_observations
from people.actions import apply_import, stage_import
from tests import make
from tests.checklist import several
from tests.checklist.counting import differences
from tests.checklist.several import together
from tests.village import AT, COMMUNE, actor, an_id

db = several.db
pytestmark = pytest.mark.usefixtures("db")

# Bà Lan is known in the upper hamlet; the new household comes into the lower one.
ROSTER = """STT,Họ và tên,Ngày sinh,Thôn,VNeID mức 2
1,Nguyễn Thị Lan,1958,Thôn Thượng,x
2,Phạm Văn Sáu,1970,Thôn Hạ,x
""".encode()


def somebody_waits_for_me() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
            " AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
        )
        return bool(cursor.fetchone()[0])


def test_neither_waits_for_the_other_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    by, roster = actor("giang"), new_id()
    stage_import(by=by, import_id=roster, area=COMMUNE, data=ROSTER, at=AT)
    registered, real = threading.Event(), actions.record_marks

    def marks(**given: Any) -> None:
        registered.set()
        while recording.is_alive() and not somebody_waits_for_me():
            pass
        real(**given)

    def tell() -> None:
        assert registered.wait(timeout=20)
        told = [make.observation(an_id(name), "safety", "briefed") for name in ("lan", "tam")]
        record_observations(by=by, observations=told, at=AT)

    raised: list[BaseException] = []
    recording = threading.Thread(target=lambda: raised.extend(together(tell)))
    monkeypatch.setattr("people.actions.imports.plug", lambda name: marks if "marks" in name else None)
    recording.start()
    raised += together(lambda: apply_import(by=by, import_id=roster, at=AT))
    recording.join()
    assert raised == []
    assert differences() == 0
