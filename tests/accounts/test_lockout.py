"""Whoever guesses passwords is shut out, exactly at the limit, and nobody learns which accounts exist."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.db import connection
from django.test import Client, override_settings

from accounts.actions import trying
from base.errors import Refusal, all_refusals
from base.queue import _COUNT, Limit, NoCount, refund, spend
from tests.accounts.doing import a_code, enrolling, signing_in
from tests.accounts.noted import notes
from tests.live import ROOT, address_of, environment
from tests.together import together
from tests.village import CAST, PASSWORD, Reply, an_id, calling

pytestmark = pytest.mark.django_db
AN = CAST["an"][0]
NOBODY = "0977 000 001"
HOME, ELSEWHERE = "198.51.100.7", "198.51.100.8"


def tries(phone: str, password: str, times: int = 1, **extra: str) -> Reply:
    """The answer to the last of so many tries, from HOME unless said otherwise."""
    body = {"phone": phone, "password": password, "device_name": "Máy"}
    extra = {"REMOTE_ADDR": HOME, **extra}
    return [calling().post("accounts/sign-in", body, **extra) for _ in range(times)][-1]


def told(reply: Reply) -> tuple[int, bytes, list[str]]:
    return reply.status, reply.body, sorted(reply.raw.headers)


def test_U_06_the_sixth_try_is_refused_even_with_the_right_password() -> None:
    assert tries(AN, PASSWORD + "x", trying.HERE).status == 401
    sixth = tries("0912 000 001", PASSWORD)
    assert (sixth.status, sixth.json["code"]) == (429, "sign_in.locked")
    assert 0 < int(sixth.raw.headers["Retry-After"]) <= trying.WINDOW
    assert tries(AN, PASSWORD, REMOTE_ADDR=ELSEWHERE).status == 200, "he himself is elsewhere"


def test_U_06_control_four_failures_leave_it_open_and_a_success_counts_not() -> None:
    tries(AN, PASSWORD + "x", trying.HERE - 1)
    assert tries(AN, PASSWORD, trying.HERE).status == 200
    assert tries(AN, PASSWORD + "x", 1).status == 401
    assert tries(AN, PASSWORD).status == 429


def test_U_06_an_officer_of_the_area_unlocks_and_nobody_else() -> None:
    tries(AN, PASSWORD + "x", trying.HERE)
    for name, status in (("binh", 403), ("an", 403), ("hai", 404)):
        assert calling(name).delete(f"accounts/users/{an_id('an')}/lock").status == status
        assert tries(AN, PASSWORD).status == 429
    assert notes(act="account.unlock") == []
    assert calling("dung").delete(f"accounts/users/{an_id('an')}/lock").status == 204
    assert tries(AN, PASSWORD).status == 200
    [note] = notes(act="account.unlock")
    assert (note.user_id, note.subjects) == (an_id("dung"), [an_id("an")])


def test_U_06_the_office_counts_with_the_other_doors() -> None:
    editor = CAST["minh"][0]
    given = {"username": editor, "password": PASSWORD, "next": "/admin/"}
    for _ in range(trying.HERE):
        Client().post("/admin/login/", {**given, "password": "x"}, REMOTE_ADDR=HOME)
    locked = Client().post("/admin/login/", given, REMOTE_ADDR=HOME)
    assert locked.status_code == 200
    assert "Đã thử sai nhiều lần" in locked.content.decode()
    assert tries(editor, PASSWORD).status == 429
    assert Client().post("/admin/login/", given, REMOTE_ADDR=ELSEWHERE).status_code == 302


def test_U_06_an_account_is_shut_when_it_is_tried_from_everywhere() -> None:
    with patch.object(trying, "ANYWHERE", 3):
        for n in range(3):
            assert tries(AN, "x", REMOTE_ADDR=f"198.51.100.{10 + n}").status == 401
        assert tries(AN, PASSWORD, REMOTE_ADDR="198.51.100.20").status == 429


def test_U_06_one_address_cannot_try_many_accounts() -> None:
    with patch.object(trying, "ADDRESS", 3):
        assert [tries(f"09770001{n:02}", "x").status for n in range(4)] == [401, 401, 401, 429]
        assert enrolling_from(HOME, "x" * 43).status == 429
        assert enrolling_from(ELSEWHERE, "x" * 43).status == 400


def enrolling_from(address: str, code: str) -> Reply:
    body = {"code": code, "device_name": "Máy", "password": PASSWORD}
    return calling().post("accounts/enrol", body, REMOTE_ADDR=address)


def test_U_06_a_code_is_no_way_to_guess_the_password_of_an_account() -> None:
    code = a_code(phone=AN)
    assert [enrolling(code, f"sai-mat-khau-roi-{n}").status for n in range(5)] == [400] * 5
    assert enrolling(code, PASSWORD).status == 429


def test_U_07_an_account_that_is_not_there_is_locked_with_the_same_bytes_for_the_same_work() -> None:
    """Counted, not timed: hashes of passwords and statements of SQL, at each step until the lock."""
    for step in range(trying.HERE + 2):
        work = [worked(phone) for phone in (AN, NOBODY, CAST["disabled"][0])]
        assert work[0][1:] == work[1][1:] == work[2][1:]
        assert told(work[0][0]) == told(work[1][0]) == told(work[2][0])
        assert work[0][0].status == (401 if step < trying.HERE else 429)


def test_U_07_control_a_house_that_hashes_for_its_own_people_only_is_found() -> None:
    with patch("accounts.actions.entering.make_password"):
        assert worked(AN)[1:] != worked(NOBODY)[1:]


def worked(phone: str) -> tuple[Reply, int, int]:
    """A wrong try: the answer, how many passwords were hashed, how many statements were sent."""
    statements: list[str] = []

    def note(execute, sql, params, many, context):  # type: ignore[no-untyped-def]
        statements.append(sql)
        return execute(sql, params, many, context)

    plain = MD5PasswordHasher.encode
    hashing = patch.object(MD5PasswordHasher, "encode", autospec=True, side_effect=plain)
    with hashing as hashed, connection.execute_wrapper(note):
        reply = tries(phone, "sai-mat-khau-roi")
    return reply, hashed.call_count, len(statements)


@pytest.fixture
def gone() -> Iterator[None]:
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"):
        yield


@pytest.mark.usefixtures("gone")
def test_R_02_without_redis_nobody_signs_in_or_enrols_and_every_phone_may_push() -> None:
    for closed in (signing_in(AN, PASSWORD), enrolling("x" * 43)):
        assert (closed.status, closed.json["code"]) == (503, "limit.unavailable")
        assert int(closed.raw.headers["Retry-After"]) > 0
    office = Client().post("/admin/login/", {"username": CAST["minh"][0], "password": PASSWORD})
    assert office.status_code == 200
    batch = {"batch": str(an_id("a batch")), "sent_at": "2026-11-02T12:05:00+07:00", "commands": []}
    assert calling("an").post("sync/push", batch).status == 200


def test_R_02_control_the_count_that_lets_pass_is_not_the_one_that_guards() -> None:
    """`may_again` says None when it cannot count; a door that guards takes no None for a yes."""
    with override_settings(REDIS_URL="redis://127.0.0.1:1/0"), pytest.raises(NoCount):
        spend(Limit("a", "b", 1, 60))


def test_R_03_only_what_the_proxy_has_written_is_counted() -> None:
    """Sixty made-up addresses before the real one: five pass."""
    with override_settings(SECURE_PROXY_SSL_HEADER=("HTTP_X_FORWARDED_PROTO", "https")):
        behind = [{"HTTP_X_FORWARDED_FOR": f"203.0.113.{n}, {HOME}"} for n in range(60)]
        statuses = [tries(NOBODY, "x", REMOTE_ADDR="10.0.0.1", **extra).status for extra in behind]
    assert statuses.count(401) == trying.HERE
    assert statuses.count(429) == 60 - trying.HERE


def test_R_03_control_counting_what_the_caller_writes_would_let_all_pass() -> None:
    def naive(request):  # type: ignore[no-untyped-def]
        return request.META["HTTP_X_FORWARDED_FOR"].split(",")[0]

    with patch("accounts.api.coming.address_of", naive):
        behind = [{"HTTP_X_FORWARDED_FOR": f"203.0.113.{n}, {HOME}"} for n in range(trying.HERE + 1)]
        assert {tries(NOBODY, "x", **extra).status for extra in behind} == {401}


def silent(found: list[type[Refusal]]) -> list[str]:
    """Refusals for coming too often that say nothing of when to come again."""
    return [cls.__name__ for cls in found if cls.status == 429 and not hasattr(cls, "retry_after")]


def test_R_04_every_refusal_for_coming_too_often_says_when_to_come_again() -> None:
    assert silent(all_refusals()) == []


def test_R_04_control_one_that_says_nothing_is_found() -> None:
    planted: Any = SimpleNamespace(status=429, __name__="Planted")
    assert silent([*all_refusals(), planted]) == ["Planted"]


SPEND = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
from base.queue import Limit, spend
from threading import Barrier, Thread
start, passed = Barrier(20), []
def come():
    start.wait(20)
    passed.append(spend(Limit(sys.argv[1], "tries", 10, 600)) == 0)
sys.stdin.readline()
threads = [Thread(target=come) for _ in range(20)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(sum(passed))
"""


def test_R_01_of_sixty_at_once_in_three_processes_exactly_ten_pass() -> None:
    env = environment(address_of(str(connection.settings_dict["NAME"])))
    with ExitStack() as stack:
        homes = [
            stack.enter_context(
                subprocess.Popen(
                    [sys.executable, "-c", SPEND, "test:sixty"],
                    cwd=ROOT,
                    env=env,
                    text=True,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                )
            )
            for _ in range(3)
        ]
        said = [home.communicate("go\n", timeout=60)[0] for home in homes]
    assert sum(int(one) for one in said) == 10


def test_R_01_control_looking_first_and_counting_then_lets_more_pass() -> None:
    """As many as look before one of them has counted."""
    from threading import Barrier

    from base.queue import redis_at

    link, key = redis_at(settings.REDIS_URL, 5), f"{settings.REDIS_PREFIX}naive"
    looked = Barrier(20)

    def come() -> bool:
        may = int(link.get(key) or 0) < 10
        looked.wait(10)
        link.eval(_COUNT, 1, key, "60")
        return may

    assert together(*([come] * 20)).count(True) == 20


def test_one_limit_that_is_full_leaves_the_others_as_they_are() -> None:
    narrow, wide = Limit("a", "narrow", 1, 600), Limit("b", "wide", 2, 60)
    assert spend(narrow, wide) == 0
    assert 60 < spend(narrow, wide) <= 600
    assert [spend(wide), spend(wide)] == [0, 60]
    refund(wide)
    refund(wide, wide, wide)
    assert [spend(wide), spend(wide), spend(wide)] == [0, 0, 60]
