"""Whether the log of access is whole: every link is recomputed, every signed head looked for."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid5

import msgspec
from django.conf import settings
from django.db import connection, transaction

from accounts.actions.sealing import CANONICAL, LATEST, Head
from accounts.queries import admins_of_provinces
from accounts.queries.signing import is_signed
from accounts.rules.audit import KEPT, START, chained
from base import bulk
from base.days import day_of
from base.models import SYSTEM, Asker
from notices.actions import enqueue

alarm = logging.getLogger("alarm")
MOST_TOLD = 20
_LINKS = f"""
SELECT link.province, link.seq, link.hash, link.sealed_at, link.signature, note.id IS NOT NULL, {CANONICAL}
FROM accounts_accesslink link LEFT JOIN accounts_accessnote note ON note.id = link.note_id
"""  # noqa: S608 - put together from constants
_ALL = f"{_LINKS} ORDER BY link.province, link.seq"
_PART = f"{_LINKS} WHERE link.province = %(province)s AND link.seq <= %(up_to)s ORDER BY link.seq"
_STRAY = """
SELECT count(*) FROM accounts_accessnote note
WHERE note.at <= %(until)s
    AND NOT EXISTS (SELECT FROM accounts_accesslink link WHERE link.note_id = note.id)
"""


@dataclass(slots=True)
class Verdict:
    """How many entries were looked at, and what is wrong with them (the first MOST_TOLD faults)."""

    entries: int = 0
    faults: list[str] = field(default_factory=list)

    def fault(self, text: str) -> None:
        if len(self.faults) < MOST_TOLD:
            self.faults.append(text)


class _Entry(NamedTuple):
    province: int
    seq: int
    link: bytes
    at: datetime
    signature: bytes | None
    is_there: bool
    canonical: str

    @property
    def is_signed(self) -> bool:
        return is_signed(self.province, self.seq, self.link, self.at, self.signature)


@dataclass(slots=True)
class _End:
    """How far a chain was followed."""

    province: int
    seq: int = 0
    link: bytes = START
    signed: bool = True


Heads = dict[tuple[int, int], bytes]


def verify_audit(*, by: Asker, at: datetime) -> Verdict:
    """Looks through the whole log. A fault for each entry that was changed, cut out, put in or exchanged, for
    an end that the house has not signed, and for a head outside the database that does not fit."""
    by.must("keep_house")
    verdict = Verdict()
    heads = _anchored(verdict)
    with transaction.atomic():
        _walk(verdict, _entries(_ALL, {}), heads, at)
        stray = bulk.execute(_STRAY, {"until": at - LATEST})[0][0]
    if stray:
        verdict.fault(f"{stray} notes were put in beside the chain")
    for province, seq in sorted(heads):
        verdict.fault(f"province {province}: the chain was cut before its anchored head {seq}")
    return verdict


def verify_part(*, by: Asker, province: int, up_to: int, at: datetime) -> Verdict:
    """The same of one chain up to one of its ends, without the heads outside the database."""
    by.must("keep_house")
    verdict = Verdict()
    with transaction.atomic():
        _walk(verdict, _entries(_PART, {"province": province, "up_to": up_to}), {}, at)
    return verdict


def _walk(verdict: Verdict, entries: Iterable[_Entry], heads: Heads, at: datetime) -> None:
    end: _End | None = None
    for entry in entries:
        verdict.entries += 1
        if end is None or end.province != entry.province:
            _close(verdict, end)
            end = _End(entry.province)
            if entry.seq > 1 or not entry.is_there:
                _begin(verdict, end, entry, heads, at)
                continue
        _follow(verdict, end, entry)
        if heads.pop((end.province, end.seq), end.link) != end.link:
            verdict.fault(f"province {end.province}: entry {end.seq} is not the head that was anchored")
    _close(verdict, end)


def _entries(statement: str, given: dict[str, int]) -> Iterator[_Entry]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(statement, given)
        while rows := cursor.fetchmany(5000):
            for province, seq, link, at, signature, is_there, canonical in rows:
                signed = bytes(signature) if signature else None
                yield _Entry(province, seq, bytes(link), at, signed, is_there, canonical)


def _begin(verdict: Verdict, end: _End, entry: _Entry, heads: Heads, at: datetime) -> None:
    """What came before was dropped with its years: its end is kept without its note, signed, as old as that,
    and the head that was anchored, if it was."""
    end.seq, end.link, end.signed = entry.seq, entry.link, entry.is_signed
    anchored = heads.get((end.province, entry.seq), entry.link)
    if not end.signed or entry.is_there or entry.at > at - KEPT or anchored != entry.link:
        verdict.fault(f"province {end.province}: the chain was cut before entry {entry.seq}")
    for key in [key for key in heads if key[0] == end.province and key[1] <= entry.seq]:
        del heads[key]


def _follow(verdict: Verdict, end: _End, entry: _Entry) -> None:
    """One entry: the next number, the hash of what it says, the house's signature where there is one."""
    here = f"province {end.province}, entry {entry.seq}"
    if entry.seq != end.seq + 1:
        verdict.fault(f"{here}: {entry.seq - end.seq - 1} entries before it are missing")
    if not entry.is_there:
        verdict.fault(f"{here}: its note is missing")
    elif chained(end.link, entry.canonical) != entry.link:
        verdict.fault(f"{here}: it is not what was sealed")
    signed = entry.signature is not None and entry.is_signed
    if entry.signature is not None and not signed:
        verdict.fault(f"{here}: the signature is not the house's")
    end.seq, end.link, end.signed = entry.seq, entry.link, signed


def _close(verdict: Verdict, end: _End | None) -> None:
    if end is not None and not end.signed:
        verdict.fault(f"province {end.province}: the end of the chain at {end.seq} is not signed")


def _anchored(verdict: Verdict) -> Heads:
    """The heads outside the database, by province and number."""
    heads: Heads = {}
    folder: Path = settings.AUDIT_HEADS_DIR
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_bytes().splitlines(), 1):
            head = _read(line)
            if head is None or not is_signed(head.province, head.seq, head.hash, head.at, head.signature):
                verdict.fault(f"{path.name}, line {number}: no head that the house signed")
            else:
                heads[head.province, head.seq] = head.hash
    return heads


def _read(line: bytes) -> Head | None:
    try:
        return msgspec.json.decode(line, type=Head)
    except (msgspec.DecodeError, ValueError):
        return None


def report_audit(*, by: Asker, verdict: Verdict, at: datetime) -> int:
    """Tells those who answer for the provinces, and the log of alarms, that the log is not whole; how many.
    Nothing when it is."""
    by.must("keep_house")
    if not verdict.faults:
        return 0
    for fault in verdict.faults:
        alarm.error("audit: %s", fault)
    return enqueue(
        by=SYSTEM,
        to=admins_of_provinces(at),
        kind="audit_broken",
        subject=uuid5(_ALARM, day_of(at).isoformat()),
        about=verdict.faults[0][:200],
        link="/admin/",
        language="vi",
        at=at,
    )


_ALARM = UUID("5f0f6b5e-8f0e-5c38-9d0c-a0d1a3f2c6b1")
