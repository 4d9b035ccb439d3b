"""The log of access is a chain for each province: whoever changes it, in whatever way, is found out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, connection, transaction

from accounts.actions import anchor_heads, report_audit
from accounts.actions.sealing import CANONICAL, Broken
from accounts.models import AccessLink, AccessNote
from accounts.rules.audit import START, chained
from base.models import SYSTEM
from notices.models import Notice
from tests.accounts.noted import now, seal, tamper, verify
from tests.village import an_id, calling

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def heads(tmp_path: Path, settings: Any) -> Path:
    settings.AUDIT_HEADS_DIR = tmp_path / "heads"
    return tmp_path / "heads"


@pytest.fixture
def whole() -> int:
    """A log of some entries in two sealings, the last of which is anchored; how long it is."""
    seal()
    for who in ("lan", "hung", "mai"):
        assert calling("an").get(f"people/persons/{an_id(who)}").status == 200
    seal()
    for who in ("lan", "hung"):
        assert calling("dung").get(f"people/persons/{an_id(who)}").status == 200
    seal()
    assert anchor_heads(by=SYSTEM, at=now()) >= 1
    verdict = verify()
    assert verdict.faults == []
    return verdict.entries


def chain() -> list[AccessLink]:
    """The chain of Hà Nội, from its beginning."""
    links = AccessLink.objects.order_by("province", "seq").select_related("note")
    longest = max(links, key=lambda link: link.seq).province
    return [link for link in links if link.province == longest]


def rechained(province: int, since: int) -> list[str]:
    """What somebody without the key can do: compute every link anew from `since` on."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT link.seq, link.hash, {CANONICAL} FROM accounts_accesslink link "
            "JOIN accounts_accessnote note ON note.id = link.note_id WHERE province = %s ORDER BY seq",
            [province],
        )
        rows = cursor.fetchall()
    link = next((bytes(row[1]) for row in rows if row[0] == since - 1), START)
    statements = []
    for seq, _, canonical in rows:
        if seq >= since:
            link = chained(link, canonical)
            statements.append(_link(province, seq, f"hash = '\\x{link.hex()}'"))
    return statements


def _link(province: int, seq: int, change: str) -> str:
    return f"UPDATE accounts_accesslink SET {change} WHERE province = {province} AND seq = {seq}"


def edit(links: list[AccessLink]) -> list[str]:
    return [f"UPDATE accounts_accessnote SET user_id = '{an_id('hai')}' WHERE id = {links[-2].note_id}"]


def delete(links: list[AccessLink]) -> list[str]:
    gone = links[-2]
    return [
        f"DELETE FROM accounts_accessnote WHERE id = {gone.note_id}",
        f"DELETE FROM accounts_accesslink WHERE note_id = {gone.note_id}",
    ]


COPY = """
INSERT INTO accounts_accessnote (at, area_id, user_id, device, act, rule, purpose, ref, subjects, times)
SELECT {at}, area_id, user_id, device, act, rule, purpose, ref, subjects, times
FROM accounts_accessnote WHERE id = {id}
"""


def insert(links: list[AccessLink]) -> list[str]:
    """An entry of last year, put in beside the chain: it never happened."""
    return [COPY.format(at="at - interval '1 year'", id=links[-2].note_id)]


def swap(links: list[AccessLink]) -> list[str]:
    one, other = links[-3], links[-2]
    apart = _link(one.province, one.seq, "note_id = -1")
    return [
        apart,
        _link(one.province, other.seq, f"note_id = {one.note_id}"),
        _link(one.province, one.seq, f"note_id = {other.note_id}"),
    ]


def truncate_tail(links: list[AccessLink]) -> list[str]:
    """Cut where a sealing ended, so that the rest is whole and signed: only the anchored head knows."""
    kept = [link for link in links if link.signature][-2]
    return [
        f"DELETE FROM accounts_accessnote WHERE id IN (SELECT note_id FROM accounts_accesslink "
        f"WHERE province = {kept.province} AND seq > {kept.seq})",
        f"DELETE FROM accounts_accesslink WHERE province = {kept.province} AND seq > {kept.seq}",
    ]


def replay(links: list[AccessLink]) -> list[str]:
    """An old entry told once more at the end, with a link that fits."""
    last = links[-1]
    append = (
        f"INSERT INTO accounts_accesslink (province, seq, note_id, hash, sealed_at) "
        f"SELECT {last.province}, {last.seq + 1}, max(id), sha256('{_hex(last.hash)}'::bytea || convert_to("
        f"(SELECT {CANONICAL} FROM accounts_accessnote note ORDER BY id DESC LIMIT 1)"
        f", 'UTF8')), statement_timestamp() FROM accounts_accessnote"
    )
    return [COPY.format(at="at", id=links[1].note_id), append]


def rechain(links: list[AccessLink]) -> list[str]:
    """An entry changed and everything after it computed anew: no link is wrong in itself."""
    tamper(*edit(links))
    return rechained(links[0].province, links[-2].seq)


def _hex(raw: Any) -> str:
    return f"\\x{bytes(raw).hex()}"


SEVEN: list[Callable[[list[AccessLink]], list[str]]] = [
    *(edit, delete, insert, swap, truncate_tail, replay, rechain),
]


@pytest.mark.parametrize("how", SEVEN, ids=lambda how: how.__name__)
def test_A_03_the_verifier_finds_each_tampering(
    whole: int, how: Callable[[list[AccessLink]], list[str]]
) -> None:
    tamper(*how(chain()))
    faults = verify().faults
    assert faults, f"{how.__name__} went unseen"
    assert report_audit(by=SYSTEM, verdict=verify(), at=now()) == 1
    assert [notice.to_id for notice in Notice.objects.filter(kind="audit_broken")] == [an_id("giang")]


def test_A_03_control_what_was_not_tampered_with_is_whole(whole: int, heads: Path) -> None:
    assert seal() == 0
    assert (verify().entries, verify().faults) == (whole, [])
    assert report_audit(by=SYSTEM, verdict=verify(), at=now()) == 0
    # Without the head outside the database nobody would know of the cut.
    for file in heads.iterdir():
        file.unlink()
    tamper(*truncate_tail(chain()))
    assert verify().faults == []


def test_A_03_nobody_makes_a_head_without_the_key(whole: int, heads: Path, settings: Any) -> None:
    """Neither in the file nor under the chain; and the key of yesterday still speaks for what it signed."""
    own = settings.AUDIT_KEYS
    settings.AUDIT_KEYS = ["another secret of thirty-two characters"]
    assert verify().faults
    settings.AUDIT_KEYS = ["the secret of today, thirty-two long", *own]
    assert verify().faults == []
    file = next(heads.iterdir())
    file.write_bytes(file.read_bytes() + b'{"province": 1, "seq": 1}\n')
    assert "no head that the house signed" in verify().faults[0]


def test_A_03_a_chain_that_was_tampered_with_is_not_grown(whole: int) -> None:
    tamper(*replay(chain()))
    assert calling("an").get(f"people/persons/{an_id('lan')}").status == 200
    with pytest.raises(Broken):
        seal()


def test_A_02_each_link_hashes_the_one_before_and_the_entry(whole: int) -> None:
    link = START
    with connection.cursor() as cursor:
        for at in chain():
            cursor.execute(f"SELECT {CANONICAL} FROM accounts_accessnote note WHERE id = %s", [at.note_id])
            link = chained(link, cursor.fetchone()[0])
            assert bytes(at.hash) == link
    assert [at.seq for at in chain()] == list(range(1, len(chain()) + 1))


def test_A_02_control_a_link_that_took_the_same_one_before_is_found(whole: int) -> None:
    """Two that append at once without waiting for each other: both on the same end."""
    last, before = chain()[-1], chain()[-2]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {CANONICAL} FROM accounts_accessnote note WHERE id = %s", [last.note_id])
        twice = chained(bytes(chain()[-3].hash), cursor.fetchone()[0])
    tamper(_link(last.province, last.seq, f"hash = '{_hex(twice)}'"))
    assert f"province {last.province}, entry {before.seq + 1}: it is not what was sealed" in verify().faults


def test_A_02_a_late_commit_is_not_skipped(whole: int) -> None:
    """What got its number early and was committed late is found by the next sealing: it has no place yet."""
    early = AccessNote.objects.latest("id").pk + 1
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('accounts_accessnote_id_seq')")
    assert calling("an").get(f"people/persons/{an_id('lan')}").status == 200
    assert seal() == 1
    AccessNote.objects.create(
        id=early, at=now(), act="person.read", rule="", purpose="", subjects=[an_id("mai")]
    )
    assert seal() == 1
    assert (verify().entries, verify().faults) == (whole + 2, [])


@pytest.mark.parametrize("table", ["accounts_accessnote", "accounts_accesslink"])
@pytest.mark.parametrize("change", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_A_04_the_owner_of_the_tables_cannot_change_the_log(whole: int, table: str, change: str) -> None:
    statement = change.format(table).replace("SET id = id", "SET " + _COLUMN[table])
    with pytest.raises((IntegrityError, InternalError)), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert verify().entries == whole


_COLUMN = {"accounts_accessnote": "act = act", "accounts_accesslink": "seq = seq"}


def test_A_04_control_without_the_triggers_the_log_is_gone(whole: int) -> None:
    tamper("DELETE FROM accounts_accesslink")
    assert verify().entries == 0


def test_A_03_a_head_cut_off_at_a_young_end_is_found(whole: int) -> None:
    """What may be dropped: test_old_notes_go."""
    links = chain()
    last = links[-1]
    drop = [
        f"DELETE FROM accounts_accessnote WHERE id IN ({', '.join(str(link.note_id) for link in links)})",
        f"DELETE FROM accounts_accesslink WHERE province = {last.province} AND seq < {last.seq}",
    ]
    tamper(*drop)
    assert verify().faults == [f"province {last.province}: the chain was cut before entry {last.seq}"]
