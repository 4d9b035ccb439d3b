"""Who saw this person: every reading and writing is noted, exactly."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from accounts.actions.sealing import CANONICAL
from accounts.models import AccessNote
from base.models import SYSTEM, new_id
from people.actions import Move, move_households
from tests import make
from tests.accounts.noted import alone, notes, seal, tamper, told, verify
from tests.house.routes import Things, routes, things
from tests.house.test_matrix import declared
from tests.village import AT, COMMUNE, LOWER, UPPER, an_id, calling

pytestmark = [pytest.mark.django_db, pytest.mark.long]
NGUYEN = ("nguyen", "lan", "hung", "mai")
REASON = "Kiểm tra danh sách trước đợt tập huấn"
Told = tuple[str, set[str]]


def _pull(who: str) -> Told:
    assert calling(who).get("sync/pull").status == 200
    here = {UPPER: {*NGUYEN}, LOWER: {"tran", "tam"}}
    seen = {"an": here[UPPER], "binh": here[UPPER], "dung": here[UPPER] | here[LOWER]}
    return "sync.pull", seen[who]


def _register(who: str) -> Told:
    body = {"area": UPPER, "reason": REASON}
    assert calling(who).post("reports/register", body).status == 200
    return "report.read", {"lan", "hung", "mai"}


def _get(act: str, path: str, seen: Iterable[str]) -> Callable[[str], Told]:
    def read(who: str) -> Told:
        assert calling(who).get(path).status == 200
        return act, set(seen)

    return read


# Every way to look at somebody of the upper hamlet, and whom it shows.
READS: list[Callable[[str], Told]] = [
    *(_get("person.read", f"people/persons/{an_id(who)}", [who]) for who in NGUYEN[1:]),
    *(_get("readiness.read", f"checklist/persons/{an_id(who)}/readiness", [who]) for who in NGUYEN[1:]),
    *(_get("observation.list", f"checklist/persons/{an_id(who)}/observations", [who]) for who in NGUYEN[1:]),
    *(_get("consent.list", f"people/persons/{an_id(who)}/consents", [who]) for who in NGUYEN[1:]),
    _get("household.read", f"people/households/{an_id('nguyen')}", NGUYEN),
    _get("household.read", f"people/households/{an_id('nguyen')}/persons", NGUYEN),
    _get("readiness.read", f"checklist/households/{an_id('nguyen')}/readiness", NGUYEN),
    _get("visit.list", f"checklist/households/{an_id('nguyen')}/visits", ["nguyen"]),
    _get("household.list", f"people/households?area={UPPER}", ["nguyen"]),
    _get("household.list", f"people/households?area={COMMUNE}&q=lan", ["nguyen"]),
]
LISTS: list[Callable[[str], Told]] = [
    _pull,
    _register,
    _get("report.read", f"reports/follow_up?area={UPPER}", ["lan", "hung", "mai"]),
]


@pytest.mark.parametrize("times", [120, pytest.param(500, marks=pytest.mark.prove)])
def test_A_01_who_saw_this_person_tells_exactly_the_readings(times: int) -> None:
    chance, made = random.Random("who saw whom"), Counter[tuple[str, UUID, UUID]]()
    askers = [chance.choice(["an", "binh", "dung"]) for _ in range(times)]
    ways = [(who, chance.choice(READS)) for who in askers]
    ways += [(who, read) for read in LISTS for who in ("binh", "dung")] + [("an", _pull)]
    chance.shuffle(ways)
    for who, read in ways:
        act, seen = read(who)
        made.update((act, an_id(who), an_id(name)) for name in seen)
    found = Counter((note.act, note.user_id, subject) for note in notes(rule="") for subject in note.subjects)
    assert (found - made, made - found) == (Counter(), Counter())


def test_A_01_the_admin_reads_the_entries_of_a_person_wherever_he_lived() -> None:
    for who in ("an", "binh"):
        assert calling(who).get(f"people/persons/{an_id('lan')}").status == 200
    assert calling("an").get(f"people/persons/{an_id('hung')}").status == 200
    assert calling("an").get("people/households").status == 200
    moved = calling("dung").post(f"people/households/{an_id('nguyen')}/move", {"hamlet": LOWER})
    assert moved.status == 200
    assert calling("chi").get(f"checklist/persons/{an_id('lan')}/readiness").status == 200
    path = f"people/persons/{an_id('lan')}/readers"
    rows = calling("dung", language="en").get(path).json["results"]
    found = [(row["act"], row["by"]["full_name"] if row["by"] else None, row["area"]) for row in rows]
    assert sorted(entry for entry in found if entry[1]) == [
        ("household.list", "An", UPPER),
        ("household.read", "Dung", LOWER),
        ("person.change", "Dung", UPPER),
        ("person.change", "Dung", LOWER),
        ("person.read", "An", UPPER),
        ("person.read", "Binh", UPPER),
        ("readiness.read", "Chi", LOWER),
    ]
    again = calling("dung", language="en").get(path).json["results"]
    assert [row["title"] for row in again[len(rows) :]] == ["Saw who had looked"]
    assert calling("hai").get(path).status == 404
    assert calling("binh").get(path).status == 403


def test_A_01_writing_is_noted_with_its_author_and_device() -> None:
    an = calling("an")
    visit = {
        "id": str(new_id()),
        "household": str(an_id("nguyen")),
        "outcome": "met",
        "visited_at": AT.isoformat(),
    }
    seen = make.document(an_id("lan"), "identity", "level1")
    mine = {"base": {"relation": "head"}, "set": {"relation": "other"}}
    for path, body in (("checklist/observations", seen), ("checklist/visits", visit)):
        assert an.post(path, body).status == 200
    assert an.post("checklist/retractions", {"id": str(new_id()), "observation": seen["id"]}).status == 200
    assert an.patch(f"people/persons/{an_id('lan')}", mine).status == 200
    assert (
        an.patch(
            f"people/persons/{an_id('lan')}", {"base": {"sex": "male"}, "set": {"sex": "unknown"}}
        ).status
        == 409
    )
    found = [(*told(note), note.device) for note in notes()]
    device = found[0][3]
    assert device is not None
    an_wrote = [("observation.record", "lan"), ("visit.record", "nguyen"), ("observation.retract", "lan")]
    an_wrote += [("person.change", "lan"), ("person.read", "lan"), ("change.clashed", "lan")]
    assert found == [(act, an_id("an"), {an_id(who)}, device) for act, who in an_wrote]


def test_A_05_what_is_refused_or_rolled_back_leaves_neither_deed_nor_note() -> None:
    before = AccessNote.objects.filter(rule="").count()
    assert calling("an").post("people/households", {"id": str(new_id()), "hamlet": LOWER}).status == 404
    assert calling("chi").get(f"people/persons/{an_id('lan')}").status == 404
    assert AccessNote.objects.filter(rule="").count() == before


def test_A_05_when_the_note_cannot_be_written_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any, **kwargs: Any) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("accounts.auth.keep_notes", full)
    reply = calling("an").get(f"people/persons/{an_id('lan')}")
    assert reply.status == 500
    assert "Lan" not in reply.body.decode()


def test_A_05_control_a_deed_beside_its_note_is_counted() -> None:
    """Without the trigger the deed stands alone: deeds and notes are no longer equal."""
    assert alone() == 0
    tamper("ALTER TABLE checklist_observation DISABLE TRIGGER USER")
    assert (
        calling("an").post("checklist/observations", make.document(an_id("lan"), "safety", "briefed")).status
        == 200
    )
    assert alone() == 1


def test_a_move_is_noted_where_somebody_was_and_where_he_is() -> None:
    [receipt] = move_households(by=SYSTEM, moves=[Move(an_id("nguyen"), LOWER)], at=AT)
    assert receipt.state == "applied"
    moved = AccessNote.objects.filter(act="person.change").select_related("area")
    assert sorted((note.area.code, len(note.subjects)) for note in moved if note.area) == [
        (UPPER, 3),
        (LOWER, 3),
    ]


HOSTILE = 'Lan\r\n{"act": "person.read", "user": "x"}\x1b[31m\\", "subjects": []'


def test_A_06_no_word_of_a_user_can_forge_an_entry() -> None:
    """Notes hold ids and codes of the house; the reason, the one free text, is escaped and one line."""
    an, before = calling("an"), AccessNote.objects.count()
    hostile = {"full_name": HOSTILE.replace("\r\n", " ").replace("\x1b", ""), "birth_year": 1990}
    person = {"id": str(new_id()), **hostile}
    path = f"people/households/{an_id('nguyen')}/persons"
    assert an.post(path, person).status in (201, 400)
    home = {"id": str(new_id()), "hamlet": UPPER, "address": HOSTILE.replace("\r\n", " ").replace("\x1b", "")}
    assert an.post("people/households", home).status in (201, 400)
    assert an.get("people/households", q=HOSTILE).status == 200
    assert an.get(f"people/persons/{an_id('lan')}", **{"\r\nact": HOSTILE}).status == 400
    reason = 'Vì "cần", thật \\ và {"act": 1}'
    assert calling("dung").post("reports/register", {"area": UPPER, "reason": reason}).status == 200
    found = list(AccessNote.objects.order_by("id")[before:])
    assert {note.act for note in found} <= {"person.register", "household.read", "person.read", "report.read"}
    assert {note.purpose for note in found} == {"", reason}
    seal()
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {CANONICAL} FROM accounts_accessnote note ORDER BY id")
        lines = [line for (line,) in cursor.fetchall()]
    assert broken(lines) == []
    assert verify().faults == []


def test_A_06_control_a_line_that_is_not_escaped_is_found() -> None:
    assert broken(['[1, "Lan\\r\\n"]']) == []
    assert broken(["[1, Lan\r\n{}]"]) == ["[1, Lan\r\n{}]"]


def broken(lines: Iterable[str]) -> list[str]:
    """Lines that a terminal or a reader line by line would take for several."""
    return [line for line in lines if any(ord(char) < 32 for char in line)]


def test_A_07_each_refusal_is_noted_with_its_rule() -> None:
    an = calling("an")
    for _ in range(40):
        assert an.get(f"people/persons/{an_id('thu')}").status == 404
    for _ in range(60):
        assert an.post("reports/register", {"area": UPPER, "reason": REASON}).status == 403
    found = list(AccessNote.objects.filter(act="door.refused").order_by("id"))
    assert [note.rule for note in found] == ["thing.not_found"] * 40 + ["right.missing/export"] * 60
    assert {(note.user_id, note.area.code) for note in found if note.area} == {(an_id("an"), UPPER)}
    assert {tuple(note.subjects) for note in found[:40]} == {(an_id("thu"),)}


def test_A_07_a_flood_is_told_by_its_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.actions.notes.REFUSALS_A_MINUTE", 5)
    monkeypatch.setattr("accounts.actions.sealing.REFUSALS_A_MINUTE", 5)
    for _ in range(12):
        assert calling("an").post("reports/register", {"area": UPPER, "reason": REASON}).status == 403
    with connection.cursor() as cursor:  # as if a minute ago
        cursor.execute("UPDATE accounts_denials SET minute = minute - interval '1 minute'")
    seal()
    found = AccessNote.objects.filter(act="door.refused").values_list("rule", "times").order_by("id")
    told = list(found)
    assert sum(times for _, times in told) == 12
    assert told[-1][0] == "flood"


def test_A_07_control_a_refusal_that_nobody_notes_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.auth.note_refusal", lambda **given: None)
    assert calling("an").get(f"people/persons/{an_id('thu')}").status == 404
    assert not AccessNote.objects.filter(act="door.refused").exists()


# --- no door forgets ---------------------------------------------------------------------------------------


def named(body: str, ids: Iterable[UUID]) -> set[UUID]:
    """Which of these ids occur in the bytes of an answer."""
    return {pk for pk in ids if str(pk) in body}


def unnoted(body: str, seen: set[UUID]) -> set[UUID]:
    """Persons of whom an answer tells without a note of it."""
    return named(body, PERSONS) - seen


PERSONS = {an_id(who): who for who in ("lan", "hung", "mai", "tam", "thu")}


def shown_without_a_note(it: Things) -> tuple[list[str], int]:
    """Answers that tell of persons who are in no note of theirs; and how many persons were told of in all."""
    missing, told = [], 0
    for (method, pattern, who), status in declared().items():
        if who not in ("dung", "hai") or status >= 300:
            continue
        call = next(route for route in routes() if route.pattern == pattern).call(method, it)
        with transaction.atomic():
            before = AccessNote.objects.latest("id").pk
            reply = calling(who).call(method, call.path, call.body, content_type=call.media_type)
            fresh = AccessNote.objects.filter(pk__gt=before, rule="", user_id=an_id(who))
            seen = {subject for note in fresh for subject in note.subjects}
            transaction.set_rollback(True)
        body = reply.body.decode(errors="replace")
        told += len(named(body, PERSONS))
        missing += [f"{who} {method} {pattern}: {PERSONS[pk]}" for pk in unnoted(body, seen)]
    return missing, told


def test_A_01_every_door_that_tells_of_a_person_notes_it() -> None:
    missing, told = shown_without_a_note(things())
    assert missing == []
    assert told > 20, "or nobody was shown anybody"


def test_A_01_control_a_door_that_forgets_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("accounts.actor.Actor.saw", lambda self, act, subjects, **more: None)
    missing, _ = shown_without_a_note(things())
    assert "dung GET api/v1/people/persons/<uuid:person_id>: lan" in missing
