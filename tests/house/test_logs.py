"""No name, phone or text of a person in a log line, on the terminal, in an answer to a stranger or in what
the queue is told."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterable, Iterator
from typing import Any
from unittest.mock import patch

import pytest

from base.models import new_id
from base.queue import nudge, settle
from config.logs import KEYS, JSONLine
from sync import tasks
from tests import make
from tests.sync.saying import batch, command
from tests.village import LOWER, PASSWORD, Caller, an_id, calling, token_of

pytestmark = pytest.mark.django_db
# What the story below tells the house; none of it may be told on.
CANARIES = ("Quách Thị Canary", "quach thi canary", "0977123456", "977123456", "Ngách Canary 9", "Canary")
# Two hundred more, each to be found alone.
CROWD = [f"Khổng Văn Số{n}z" for n in range(100)]
CROWD_PHONES = [f"0978{n:03}{n % 7}21" for n in range(100)]
SECRETS = (PASSWORD, token_of("an"), "token-of-", "một-mật-khẩu-sai")
EVER_SAID = ("Trần Văn Tâm", "Nguyễn Thị Lan", "912000003", "912345678")
# What every log record has anyway.
_STOCK = set(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def leaks(
    text: str, words: Iterable[str] = (*CANARIES, *SECRETS, *EVER_SAID, *CROWD, *CROWD_PHONES)
) -> list[str]:
    """The words of persons in a text, whatever the case."""
    return [word for word in words if word.casefold() in text.casefold()]


def keys_beyond(record: logging.LogRecord) -> set[str]:
    """What a record carries beside the named keys."""
    return set(vars(record)) - _STOCK - set(KEYS)


@pytest.fixture
def everything_said(caplog: pytest.LogCaptureFixture) -> Iterator[io.StringIO]:
    """All that any logger says at DEBUG, as the house would print it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JSONLine())
    caplog.set_level(logging.DEBUG)
    loggers = [logging.getLogger(name) for name in ("", "request", "django.request", "django.security")]
    for logger in loggers:
        logger.addHandler(handler)
    yield stream
    for logger in loggers:
        logger.removeHandler(handler)


def tell(chi: Caller, stranger: Caller) -> list[str]:
    """A day at the lower hamlet: all that goes right and all that goes wrong; the strangers' answers."""
    home, person = str(new_id()), str(new_id())
    quach = {"id": person, "full_name": CANARIES[0], "birth_year": 1966, "phone": CANARIES[2]}
    body = {"id": home, "hamlet": LOWER, "address": "Ngách Canary 9", "persons": [quach]}
    assert chi.post("people/households", body).status == 201
    # wrong in every way, each with a name or a phone in it
    refused = [
        chi.post("people/households", {**body, "address": "Canary"}),
        chi.post("people/households", {**body, "Canary": "Quách Thị Canary"}),
        chi.post(f"people/households/{home}/persons", {**quach, "birth_year": "Canary"}),
        chi.post(f"people/households/{home}/persons", {**quach, "id": "Canary"}),
        chi.patch(f"people/persons/{person}", {"base": {"phone": "Canary"}, "set": {"phone": "0977"}}),
        chi.post("checklist/observations", make.document(an_id("thu"), "Canary", "Canary")),
        chi.post("sync/push", {"batch": "Canary", "sent_at": "Canary", "commands": ["Canary"]}),
        chi.get("sync/receipts", batch="Canary"),
        chi.get("people/households", q="Quách Thị Canary", cursor="Canary"),
        chi.get("people/households/Canary"),
        chi.call("POST", "people/households", b'{"full_name": "Canary'),
        chi.call("Canary", "people/households"),
    ]
    assert {reply.status // 100 for reply in refused} == {4}
    said = [
        command("person.register", household=home, **{**quach, "id": str(new_id())}),
        command("person.register", household=new_id(), **{**quach, "id": str(new_id())}),
        command("person.change", person=person, base={"full_name": "Canary"}, set={"full_name": "Canary"}),
        command("Canary", name=quach["full_name"]),
        command("household.register", hamlet="Canary"),
    ]
    assert chi.post("sync/push", batch(*said)).status == 200
    crowd = [
        command(
            "person.register",
            household=home,
            id=str(new_id()),
            full_name=name,
            phone=phone,
            birth_year=n + 1850,
        )
        for n, (name, phone) in enumerate(zip(CROWD, CROWD_PHONES, strict=True))
    ]
    receipts = chi.post("sync/push", batch(*crowd)).json["receipts"]
    assert {receipt["state"] for receipt in receipts} == {"applied", "refused"}, "born in 1850"
    assert chi.get("sync/pull").status == 200
    tasks.judge_held()
    assert chi.get("people/households", q="quach thi canary").json["results"]
    assert (
        chi.patch(
            f"people/persons/{person}", {"base": {"phone": "+84977123456"}, "set": {"phone": ""}}
        ).status
        == 200
    )
    stranger.post(
        "accounts/sign-in", {"phone": "0977123456", "password": SECRETS[3], "device_name": "Canary"}
    )
    foreign = [
        stranger.get(f"people/persons/{person}"),
        stranger.patch(f"people/persons/{person}", {"base": {"phone": ""}, "set": {"phone": "0900"}}),
        stranger.post("people/households", {"id": home, "hamlet": LOWER}),
        stranger.post("checklist/observations", make.document(an_id("tam"), "identity", "level1")),
        stranger.get("people/households", q="Canary", area=LOWER),
        stranger.get(f"checklist/households/{home}/readiness"),
    ]
    return [json.dumps([reply.status, reply.json], ensure_ascii=False) for reply in foreign]


def test_P_09_a_day_leaves_no_name_in_any_line(
    everything_said: io.StringIO, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    answers = tell(calling("chi"), calling("an"))
    lines = everything_said.getvalue()
    assert lines.count('"logger":"request"') > 15
    assert leaks(lines) == []
    assert leaks("".join(capfd.readouterr())) == []
    assert [keys_beyond(record) for record in caplog.records if keys_beyond(record)] == []
    assert [leaks(answer, (*CANARIES, "Trần Văn Tâm")) for answer in answers] == [[]] * len(answers)


def test_P_09_an_alarm_tells_where_and_never_what(
    everything_said: io.StringIO, capfd: pytest.CaptureFixture[str]
) -> None:
    """A fault in the house with a name in its message: the line has its type and place, no value."""
    error = RuntimeError("row (Quách Thị Canary, 0977123456) is broken")
    with patch("people.queries.list_households", side_effect=error):
        reply = calling("chi").get("people/households", q="Canary")
    assert (reply.status, reply.json["code"]) == (500, "server.error")
    lines = everything_said.getvalue()
    assert '"error":"RuntimeError"' in lines
    assert leaks(lines + "".join(capfd.readouterr()) + json.dumps(reply.json, ensure_ascii=False)) == []


def test_P_09_a_constraint_that_breaks_tells_no_row(everything_said: io.StringIO) -> None:
    """PostgreSQL repeats the whole row in the detail of its error."""
    from django.db import IntegrityError

    error = IntegrityError(
        'null value in "sex"\nDETAIL: Failing row contains (Quách Thị Canary, 0977123456).'
    )
    with patch("people.actions.register_persons", side_effect=error):
        body = {"id": str(new_id()), "full_name": CANARIES[0]}
        reply = calling("chi").post(f"people/households/{an_id('tran')}/persons", body)
    assert reply.status == 500
    assert leaks(everything_said.getvalue() + json.dumps(reply.json, ensure_ascii=False)) == []


def test_P_09_a_lost_nudge_tells_no_argument(
    everything_said: io.StringIO, django_capture_on_commit_callbacks: Any
) -> None:
    class Task:
        def apply_async(self, **given: Any) -> None:
            raise OSError("redis://:Canary@host refused, args ['Quách Thị Canary']")

    with django_capture_on_commit_callbacks(execute=True):
        nudge(Task(), 7)
    settle()
    assert "nudge lost: OSError" in everything_said.getvalue()
    assert leaks(everything_said.getvalue()) == []


@pytest.mark.parametrize("word", [CANARIES[0], CANARIES[2], PASSWORD, "Nguyễn Thị Lan"])
def test_P_09_control_a_planted_leak_is_found(everything_said: io.StringIO, word: str) -> None:
    logging.getLogger("request").info("kept %s", word)
    logging.getLogger("people").debug("kept %s", word)
    assert leaks(everything_said.getvalue())


def test_P_09_control_a_planted_key_is_found(caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger("request").info("request", extra={"path": "/people/Canary", "route": "people"})
    assert [keys_beyond(record) for record in caplog.records] == [{"path"}]
