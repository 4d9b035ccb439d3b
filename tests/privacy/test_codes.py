"""A code from the door shows one's own data and nobody else's; whoever guesses is shut out."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.models import AccessNote
from base.models import new_id
from checklist.actions import record_observations
from privacy.actions import codes
from privacy.models import Code, Request
from privacy.rules import CODE_LENGTH, CODE_LIFE
from tests import make
from tests.village import AT, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
LAN, HUNG, MAI, TAM = (an_id(name) for name in ("lan", "hung", "mai", "tam"))


def code_of(who: str = "lan", by: str = "an") -> str:
    return str(calling(by).post(f"privacy/persons/{an_id(who)}/code").json["code"])


def viewing(code: str, address: str = "203.0.113.7") -> Any:
    return calling().post("privacy/self-view", {"code": code}, REMOTE_ADDR=address)


def leaks(text: str, whom: str) -> list[str]:
    """What is told of others than the one."""
    others = {
        "lan": [str(LAN), "Nguyễn Thị Lan", "1958", "345678"],
        "hung": [str(HUNG), "Đặng Văn Hùng", "1985-03-12"],
        "mai": [str(MAI), "Đặng Ngọc Mai", "2012-05-01"],
        "tam": [str(TAM), "Trần Văn Tâm"],
    }
    return [word for who, words in others.items() if who != whom for word in words if word in text]


def test_C_08_the_code_shows_its_holder_and_nobody_else() -> None:
    said = [make.observation(person, "identity", "level1") for person in (LAN, HUNG, MAI)]
    assert {r.state for r in record_observations(by=actor("an"), observations=said, at=AT)} == {"applied"}
    done = viewing(code_of("lan"))
    assert done.status == 200
    held = done.json["held"]
    assert held["people"]["person"]["full_name"] == "Nguyễn Thị Lan"
    assert held["people"]["person"]["phone"] == "+84912345678"
    assert [row["item"] for row in held["checklist"]["observations"]] == ["identity"]
    assert leaks(done.body.decode(), "lan") == []


def test_A_01_who_looks_at_himself_is_noted_and_finds_it_among_his_readers() -> None:
    code = code_of("lan")
    assert viewing("0000-0000-0000").status == 404
    assert not AccessNote.objects.filter(act="person.self_view").exists()
    readers = [row["act"] for row in viewing(code).json["held"]["readers"]]
    assert readers.count("person.self_view") == 1
    [note] = AccessNote.objects.filter(act="person.self_view")
    assert (note.user_id, note.subjects) == (None, [LAN])
    told = calling("dung").get(f"people/persons/{LAN}/readers").json["results"]
    assert told[-1]["title"] == "Tự xem dữ liệu của mình bằng mã"


def test_C_08_control_a_household_told_as_a_whole_would_be_seen() -> None:
    whole = calling("an").get(f"people/households/{an_id('nguyen')}").body.decode()
    assert set(leaks(whole, "lan")) >= {"Đặng Văn Hùng", "Đặng Ngọc Mai"}


def test_a_code_is_given_to_adults_of_ones_own_place_and_the_last_one_holds() -> None:
    first, second = code_of(), code_of()
    assert (viewing(first).status, viewing(second).status) == (404, 200)
    assert calling("chi").post(f"privacy/persons/{LAN}/code").status == 404
    assert calling("lien").post(f"privacy/persons/{LAN}/code").status == 403
    minor = calling("an").post(f"privacy/persons/{MAI}/code")
    assert (minor.status, minor.json["code"]) == (422, "person.representative_needed")


def test_a_request_is_filed_with_the_code_and_tells_no_number() -> None:
    filed = calling().post("privacy/requests", {"code": code_of(), "kind": "erase"})
    assert filed.status == 201
    assert sorted(filed.json) == ["act_on", "answer_on", "filed_at", "kind", "state"]
    assert (Request.objects.get().person, Request.objects.get().channel) == (LAN, "code")
    assert calling().post("privacy/requests", {"code": "AAAA-BBBB-CCCC", "kind": "erase"}).status == 404


def test_E_04_access_hangs_on_a_code_of_sixty_bits_that_ends_and_on_no_id() -> None:
    issued = [code_of() for _ in range(40)]
    assert all(len(code.replace("-", "")) == CODE_LENGTH for code in issued)
    assert len(set(issued)) == 40
    assert 5 * CODE_LENGTH >= 40
    assert timedelta(0) < CODE_LIFE <= timedelta(days=30)
    for guess in (str(LAN), str(an_id("nguyen")), str(Code.objects.get().pk)):
        assert viewing(guess[:40]).status == 404


def test_E_04_only_a_keyed_fingerprint_is_kept() -> None:
    code = code_of()
    kept = bytes(Code.objects.get().code_hash)
    plain = code.replace("-", "").encode()
    assert kept not in (hashlib.sha256(plain).digest(), hashlib.sha256(code.encode()).digest())
    assert viewing(code.lower().replace("-", " ")).status == 200


def test_E_04_control_a_code_that_has_ended_opens_nothing() -> None:
    code = code_of()
    Code.objects.update(expires_at=datetime.now(UTC) - timedelta(seconds=1))
    assert viewing(code).status == 404


def test_E_06_every_wrong_code_has_the_same_answer() -> None:
    ended = code_of("lan")
    Code.objects.update(expires_at=AT)
    wrong = [ended, "AAAA-BBBB-CCCC", "x", str(new_id())[:36]]
    answers = {(r.status, r.body) for r in (viewing(code, f"198.51.100.{n}") for n, code in enumerate(wrong))}
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_E_06_after_five_wrong_codes_an_address_waits_and_others_do_not() -> None:
    code = code_of()
    assert [viewing("AAAA-BBBB-CCCC").status for _ in range(7)] == [404] * 5 + [429] * 2
    shut = viewing(code)
    assert (shut.status, shut.json["code"]) == (429, "code.too_many")
    assert 0 < int(shut.raw.headers["Retry-After"]) <= 15 * 60
    assert viewing(code, "203.0.113.8").status == 200
    filed = calling().post("privacy/requests", {"code": code, "kind": "access"}, REMOTE_ADDR="203.0.113.7")
    assert filed.status == 429


def test_E_06_right_codes_do_not_count() -> None:
    code = code_of()
    assert {viewing(code).status for _ in range(8)} == {200}


def test_E_06_a_crowd_that_guesses_closes_the_door_for_all(monkeypatch: Any) -> None:
    monkeypatch.setattr(codes, "ALL_TRIES", 12)
    code = code_of()
    crowd = [viewing("AAAA-BBBB-CCCC", f"198.51.100.{n}").status for n in range(14)]
    assert crowd == [404] * 12 + [503] * 2
    shut = viewing(code, "192.0.2.1")
    assert (shut.status, shut.json["code"], shut.raw.headers["Retry-After"]) == (503, "code.closed", "300")


def test_E_06_control_without_the_limits_a_crowd_guesses_on(monkeypatch: Any) -> None:
    monkeypatch.setattr(codes, "TRIES", 10**6)
    monkeypatch.setattr(codes, "ALL_TRIES", 10**6)
    assert {viewing("AAAA-BBBB-CCCC").status for _ in range(20)} == {404}


def test_E_06_while_nobody_can_count_the_door_is_closed(settings: Any) -> None:
    code = code_of()
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    assert viewing(code).status == 503
    assert calling().post("privacy/requests", {"code": code, "kind": "erase"}).status == 503
    assert calling("an").get("people/households", area=UPPER).status == 200
