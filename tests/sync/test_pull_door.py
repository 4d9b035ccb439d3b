"""What a phone is told, to the byte, and what it may ask."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest
import zstandard
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.actions import appoint
from accounts.models import Device, Post
from accounts.rules import Role
from areas.actions import rename_hamlet
from areas.models import Feed
from base.models import SYSTEM
from checklist.actions import record_observations, record_visits
from guides.models import Edition
from sync.models import Epoch
from tests import make
from tests.sync.reading import Phone, raw
from tests.village import AT, CAST, LOWER, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db


def test_the_answer_is_exactly_this() -> None:
    reply = calling("chi").get("sync/pull")
    cursor, server_time = reply.json["cursor"], reply.json["server_time"]
    home, person = ("household", str(an_id("tran"))), ("person", str(an_id("tam")))
    revisions = {(change["kind"], change["id"]): change["revision"] for change in reply.json["changes"]}
    assert set(revisions) == {home, person}
    told = {
        home: {"hamlet": LOWER, "address": "", "language": "", "edit": 0},
        person: {
            "household": str(an_id("tran")),
            "full_name": "Trần Văn Tâm",
            "birth_year": 1950,
            "sex": "male",
            "phone": "",
            "relation": "head",
            "residence": "permanent",
            "presence": "present",
            "edit": 0,
        },
    }
    changes = [
        {"kind": key[0], "id": key[1], "hamlet": LOWER, "revision": revisions[key], "data": told[key]}
        for key in sorted(told, key=lambda key: revisions[key])
    ]
    assert sorted(reply.json["changes"], key=lambda change: change["revision"]) == changes
    items = calling().get("checklist/items").raw.headers["ETag"].strip('"')
    guides = Edition.objects.get().stamp.hex[-6:]
    assert reply.json == {
        "server_time": server_time,
        "epoch": str(Epoch.objects.get().pk),
        "cursor": cursor,
        "more": False,
        "scope": {"hamlets": [LOWER], "removed": []},
        "versions": {"areas": reply.json["versions"]["areas"], "items": items[:6], "guides": guides},
        "changes": reply.json["changes"],
    }
    assert abs(datetime.now(UTC) - datetime.fromisoformat(server_time)) < timedelta(minutes=1)
    headers = reply.raw.headers
    assert (headers["Cache-Control"], headers["Vary"]) == ("no-store", "Accept-Encoding")


def _inside(statements: list[str]) -> list[str]:
    """What is said within the transaction of the request, which is a savepoint here."""
    assert (statements[0].split()[0], statements[-1].split()[0]) == ("SAVEPOINT", "RELEASE")
    return statements[1:-1]


@pytest.mark.parametrize("hamlets", [1, 2])
def test_nothing_new_costs_one_statement_and_three_hundred_bytes(hamlets: int) -> None:
    if hamlets == 2:
        appoint(by=SYSTEM, user_id=an_id("an"), role=Role.VOLUNTEER, area=LOWER, at=AT)
    phone = Phone("an")
    assert len(phone.pull()) == {1: 4, 2: 6}[hamlets]
    # As if each hamlet had lived for years.
    Feed.objects.update(revision=3_000_000)
    assert phone.pull() == []
    with CaptureQueriesContext(connection) as captured:
        reply = calling("an").get("sync/pull", cursor=phone.cursor)
    assert (reply.json["changes"], reply.json["scope"]["hamlets"]) == ([], phone.scope)
    assert len(phone.scope) == hamlets
    assert len(reply.raw.content) < 300, reply.raw.content
    (statement,) = [query["sql"] for query in captured.captured_queries]
    assert not [word for word in ("people_", "checklist_") if word in statement]


def test_nothing_new_is_told_the_same_the_long_way() -> None:
    """Whichever way the question is put: the order of its words keeps it from the short one."""
    phone = Phone("an")
    phone.pull()

    def told(*question: str) -> tuple[dict[str, Any], dict[str, str], int]:
        with CaptureQueriesContext(connection) as captured:
            reply = calling("an").get(f"sync/pull?{'&'.join(question)}")
        headers = {name: value for name, value in reply.raw.headers.items() if name != "X-Request-Id"}
        assert reply.json["cursor"] == phone.cursor
        return {key: reply.json[key] for key in reply.json.keys() - {"server_time"}}, headers, len(captured)

    question = (f"cursor={phone.cursor}", "limit=500")
    short, long = told(*question), told(*reversed(question))
    assert short[:2] == long[:2]
    assert short[2] == 1 < long[2]


@pytest.mark.parametrize("ended", ["post", "device", "cursor", "new"])
def test_who_may_know_more_or_less_is_not_told_the_short_way(ended: str) -> None:
    phone = Phone("an")
    phone.pull()
    assert phone.pull() == []
    cursor, status = phone.cursor, 200
    if ended == "post":
        Post.objects.filter(user_id=an_id("an")).update(to_at=AT)
    elif ended == "device":
        Device.objects.filter(user_id=an_id("an")).update(revoked_at=AT)
        status = 401
    elif ended == "cursor":
        cursor, status = cursor[:-1] + ("A" if cursor[-1] != "A" else "E"), 400
    else:
        record_observations(
            by=SYSTEM, observations=[make.observation(an_id("lan"), "identity", "level1")], at=AT
        )
    reply = calling("an").get("sync/pull", cursor=cursor)
    assert reply.status == status
    if status == 200:
        assert bool(reply.json["changes"]) == (ended == "new")
        assert bool(reply.json["scope"]["removed"]) == (ended == "post")


def test_a_page_opens_no_transaction_of_its_own() -> None:
    assert calling("an").get("sync/pull").status == 200  # begins the day's count of who was shown
    with CaptureQueriesContext(connection) as captured:
        assert calling("an").get("sync/pull").status == 200
    who_asks, *rest = [query["sql"] for query in captured.captured_queries]
    statements = [who_asks, *_inside(rest)]
    assert len(statements) == 3, statements  # who asks and the scope; the scope again; the page and its note
    assert not [sql for sql in statements if not sql.strip().startswith(("SELECT", "WITH"))]


def test_every_statement_is_planned_once() -> None:
    """Whatever the number of hamlets and the size of the revisions, what was prepared is used again."""
    appoint(by=SYSTEM, user_id=an_id("an"), role=Role.VOLUNTEER, area=LOWER, at=AT)
    Feed.objects.filter(hamlet__code=LOWER).update(revision=3_000_000)
    before = _planned()
    for _ in range(4):
        for who in ("an", "binh", "chi", "dung"):
            phone = Phone(who)
            phone.pull()
            phone.pull()
    more = [n - before.get(name, 0) for name, n in _planned().items() if n > before.get(name, 0)]
    assert len(more) == 3  # who asks and whether there is something, his scope, a page
    assert min(more) > 5


def _planned() -> dict[str, int]:
    """How often each statement of a pull was run by its one plan, by name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, generic_plans, statement FROM pg_prepared_statements")
        told = ("sync_epoch", "WITH page", "plan_cache_mode")
        return {name: n for name, n, sql in cursor.fetchall() if any(word in sql for word in told)}


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"kinds": "person,cat"}, "kinds"),
        ({"kinds": "departure"}, "kinds"),
        ({"kinds": ""}, "kinds"),
        ({"cursor": ""}, "cursor"),
        ({"cursor": "x\x00"}, "cursor"),
        ({"since": "0"}, "since"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(asked: dict[str, Any], path: str) -> None:
    reply = calling("an").get("sync/pull", **asked)
    assert (reply.status, [error["path"] for error in reply.json["errors"]]) == (400, [path])


def test_a_cursor_may_be_given_once() -> None:
    phone = Phone("an")
    phone.pull()
    reply = calling("an").call("GET", f"sync/pull?cursor={phone.cursor}&cursor={phone.cursor}")
    assert (reply.status, reply.json["errors"][0]["path"]) == (400, "cursor")


@pytest.mark.parametrize("cursor", ["x", "=", "ô", "%00", "A" * 5000, "\ud800".encode("utf-8", "replace")])
def test_a_cursor_that_is_not_ours_is_refused(cursor: Any) -> None:
    reply = calling("an").get("sync/pull", cursor=cursor)
    assert (reply.status, reply.json["code"]) == (400, "cursor.bad")
    assert reply.json["errors"][0]["path"] == "cursor"


def test_a_cursor_that_was_changed_is_refused() -> None:
    phone = Phone("an")
    phone.pull()
    for place in range(len(phone.cursor)):
        other = "B" if phone.cursor[place] == "A" else "A"
        changed = phone.cursor[:place] + other + phone.cursor[place + 1 :]
        reply = calling("an").get("sync/pull", cursor=changed)
        assert (reply.status, reply.json["code"]) == (400, "cursor.bad")


def test_a_cursor_ahead_of_its_feed_is_refused() -> None:
    """A backup was restored and nobody began a new epoch."""
    phone = Phone("an")
    phone.pull()
    Feed.objects.filter(hamlet__code=UPPER).update(revision=1)
    reply = phone.ask()
    assert (reply.status, reply.json["code"]) == (400, "cursor.bad")


def test_the_kinds_are_chosen_at_the_start_and_remembered() -> None:
    record_observations(
        by=actor("an"), observations=[make.observation(an_id("lan"), "identity", "level1")], at=AT
    )
    record_visits(by=actor("an"), visits=[make.visit(an_id("nguyen"))], at=AT)
    usual = Phone("an")
    assert {change["kind"] for change in usual.pull()} == {"household", "person", "standing", "visit"}
    chosen = Phone("an", kinds="standing,observation")
    assert {change["kind"] for change in chosen.pull()} == {"standing", "observation"}
    chosen.asked = {}
    record_observations(
        by=actor("an"), observations=[make.observation(an_id("hung"), "identity", "level1")], at=AT
    )
    assert {change["kind"] for change in chosen.pull()} == {"standing", "observation"}
    reply = chosen.ask(kinds="standing")
    assert (reply.status, reply.json["code"], reply.json["errors"][0]["path"]) == (400, "cursor.bad", "kinds")
    assert chosen.ask(kinds="observation,standing").status == 200


def test_phones_are_masked_and_numbers_of_papers_are_not_there() -> None:
    told = raw("an").decode()
    assert "678" in told
    assert "345" not in told
    assert "•" in told


def test_every_answer_is_the_same_in_every_coding() -> None:
    more = [make.observation(an_id("lan"), "identity", "level1")]
    record_observations(by=actor("an"), observations=more, at=AT)
    plain = raw("an", kinds="person,household,standing")
    assert len(plain) > 1024
    readers = {"zstd": lambda body: zstandard.ZstdDecompressor().decompress(body), "gzip": gzip.decompress}
    for wanted, coding in (
        ("gzip, deflate, br, zstd", "zstd"),
        ("gzip", "gzip"),
        ("zstd;q=0, gzip;q=0.5", "gzip"),
        ("GZIP", "gzip"),
        ("*", "zstd"),
        ("br", ""),
        ("gzip;q=0.000, *;q=0", ""),
        ("", ""),
    ):
        answer = calling("an").client.get(
            "/api/v1/sync/pull?kinds=person,household,standing", headers={"accept-encoding": wanted}
        )
        assert answer.headers.get("Content-Encoding", "") == coding, wanted
        assert answer.headers["Vary"] == "Accept-Encoding"
        body = readers[coding](answer.content) if coding else answer.content
        assert int(answer.headers["Content-Length"]) == len(answer.content)
        assert json.loads(body)["changes"] == json.loads(plain)["changes"]


def test_small_answers_are_sent_as_they_are() -> None:
    answer = calling("nobody").client.get("/api/v1/sync/pull", headers={"accept-encoding": "zstd"})
    assert "Content-Encoding" not in answer.headers
    assert msgspec.json.decode(answer.content)["changes"] == []


def test_the_mark_of_the_areas_changes_with_what_is_told_of_them() -> None:
    phone = Phone("an")
    marks = [phone.page()["versions"]["areas"]]
    assert phone.page()["versions"]["areas"] == marks[0]
    rename_hamlet(by=SYSTEM, code=UPPER, name="Thôn Thượng Mới", kind="village")
    marks.append(phone.page()["versions"]["areas"])
    rename_hamlet(by=SYSTEM, code=LOWER, name="Thôn Hạ Mới", kind="village")
    assert phone.page()["versions"]["areas"] == marks[1] != marks[0]


@pytest.mark.parametrize("who", [name for name in CAST if name not in ("disabled", "revoked")])
def test_everybody_who_is_signed_in_is_answered(who: str) -> None:
    scopes = {"an": [UPPER], "binh": [UPPER], "chi": [LOWER], "dung": [UPPER, LOWER], "khanh": ["00004-01"]}
    scopes["hai"] = ["00004-01"]
    reply = calling(who).get("sync/pull")
    assert (reply.status, reply.json["scope"]["hamlets"]) == (200, scopes.get(who, []))
    assert reply.json["changes"] or who not in scopes
