"""The ground of the measurements off line: hamlets with people in them and phones, made anew in each run.

By the actions of the house, so that figures and revisions follow by themselves. What an earlier run said is
taken away first; hamlets, accounts and phones stay.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from uuid import UUID

from django.db import transaction

from accounts.models import Device, Post, User
from accounts.rules import Role
from areas.actions import add_hamlets, decide_basis
from base.models import SYSTEM, new_id
from people.actions import NewHousehold, NewPerson, register_households
from tests.bench.population import run
from tests.village import DECISION

PROVINCE, COMMUNES, HAMLETS_A_COMMUNE = "42", 9, 8
PERSONS = 250  # of a hamlet; one of the ninth commune has BIG
BIG = 1500
# As often as in the country, roughly.
_FAMILIES = """
Nguyễn 38 Trần 11 Lê 10 Phạm 7 Hoàng 5 Phan 5 Vũ 4 Võ 3 Đặng 2 Bùi 2 Đỗ 2 Hồ 2 Ngô 1 Dương 1 Lý 1 Đinh 1
Trương 1 Quách 1 Hà 1
"""
_MIDDLES = {
    "male": ["Văn", "Đức", "Hữu", "Quang", "Minh", "Quốc", "Xuân", "Đình", "Công", "Thanh"],
    "female": ["Thị", "Thị", "Thị", "Thị", "Ngọc", "Thu", "Thanh", "Kim", "Bích", "Thị Thu", "Thị Hồng"],
}
_GIVENS = """
An Ánh Bắc Bảo Bình Châu Chi Cúc Cường Dung Dũng Duy Đào Đạt Điệp Định Đông Giang Hà Hải Hạnh Hân Hậu Hiền
Hiếu Hoa Hòa Hoàn Hồng Huân Huệ Hùng Huy Huyền Hương Khánh Khoa Kiên Lan Lâm Liên Linh Loan Long Lộc Lương
Mai Mạnh Minh Mỹ Nam Nga Ngân Nghĩa Ngọc Nguyên Nhung Oanh Phong Phúc Phương Quân Quý Quyên Quỳnh Sơn Tài
Tâm Tân Thảo Thắng Thịnh Thơm Thu Thủy Thúy Thương Tiến Toàn Trang Trung Tú Tuấn Tuyết Uyên Vân Vinh Yến
"""


@dataclass
class Home:
    """A household, its persons, and what was last known of them."""

    id: UUID
    address: str
    persons: list[UUID]
    presence: str = "present"  # of the first of them


@dataclass
class Hamlet:
    """A hamlet, the tokens of its phones, and its people, of whom some are handed out once each."""

    id: int
    code: str
    tokens: list[str] = field(default_factory=list)
    homes: list[Home] = field(default_factory=list)
    handed: int = 0  # persons
    edited: int = 0

    @property
    def persons(self) -> list[UUID]:
        return [person for home in self.homes for person in home.persons]

    def take(self, count: int) -> list[UUID]:
        """That many persons who were not handed out before."""
        taken = self.persons[self.handed : self.handed + count]
        self.handed += count
        if len(taken) < count:
            raise SystemExit(f"hamlet {self.code} has no more persons to measure with")
        return taken

    def edit(self) -> Home:
        """The next household to be edited, or its first person."""
        home = self.homes[self.edited % len(self.homes)]
        self.edited += 1
        return home


def id_at(instant: datetime, chance: random.Random) -> UUID:
    """A UUIDv7 minted at that instant: ids of one moment would be smaller when compressed."""
    value = chance.getrandbits(74)
    milliseconds = int(instant.timestamp() * 1000)
    return UUID(int=milliseconds << 80 | 0x7 << 76 | (value >> 62) << 64 | 0b10 << 62 | value & (1 << 62) - 1)


@cache
def ground() -> list[Hamlet]:
    """Sixty-four hamlets with people and a phone each, and behind them a large one that is nearly empty."""
    chance = random.Random(42)
    found = hamlets_of(PROVINCE, COMMUNES)
    clear([hamlet.id for hamlet in found])
    give_phones(found, 1)
    for hamlet in found[:64]:
        settle(hamlet, PERSONS, chance)
    remember_earlier_evenings(found[-1].id)
    return found


# Of tables that are nearly empty the planner thinks that they are best read from end to end, and a statement
# that was planned once stays so: what phones said before this run is part of the ground.
_EARLIER = (
    """
    INSERT INTO sync_receipt (id, batch, device, user_id, kind, state, code, path, digest, revision, at,
        tried_at)
    SELECT gen_random_uuid(), gen_random_uuid(), 0, %(by)s, 'observation.record', 'applied', '', '',
        decode(md5(n::text), 'hex'), n, now(), now() FROM generate_series(1, 300000) AS n
    """,
    """
    INSERT INTO checklist_visit (id, recorded_at, revision, household_id, hamlet_id, visited_at, outcome)
    SELECT gen_random_uuid(), now(), 0, gen_random_uuid(), %(hamlet)s, now(), 'met'
    FROM generate_series(1, 50000)
    """,
    """
    INSERT INTO people_consent (id, recorded_at, revision, person_id, hamlet_id, decision, text, language,
        channel, witness, given_at, digest)
    SELECT gen_random_uuid(), now(), 0, gen_random_uuid(), %(hamlet)s, 'given', '2026-01', 'vi', 'spoken',
        'none', now(), decode(md5(n::text), 'hex') FROM generate_series(1, 20000) AS n
    """,
    """
    INSERT INTO sync_edit (device, record, user_id, edit, fields)
    SELECT 0, gen_random_uuid(), %(by)s, 1, '{"address": 1}' FROM generate_series(1, 20000)
    """,
    """
    INSERT INTO people_change (hamlet_id, person_id, field, old, new, clashed, at)
    SELECT %(hamlet)s, gen_random_uuid(), 'relation', '', '', false, now() FROM generate_series(1, 20000)
    """,
)


def remember_earlier_evenings(hamlet: int) -> None:
    """Fills the ledger, and what else only phones fill, with rows of nobody in a hamlet that nobody pulls."""
    by = run("SELECT id FROM accounts_user ORDER BY id LIMIT 1")[0][0]
    with transaction.atomic():
        run("SET LOCAL session_replication_role = replica")
        for statement in _EARLIER:
            run(statement, by=by, hamlet=hamlet)
    run("VACUUM (ANALYZE)")


def hamlets_of(province: str, communes: int) -> list[Hamlet]:
    """The hamlets of the first communes of a province, in order, added when there are none."""
    found = run(
        "SELECT area.id, area.code FROM areas_area area "
        "JOIN areas_area province ON province.id = area.parent_id "
        "WHERE province.code = %(province)s AND area.level = 'commune' AND area.closed_on IS NULL "
        "AND area.scheme = '2025' AND province.scheme = '2025' ORDER BY area.code LIMIT %(most)s",
        province=province,
        most=communes,
    )
    if len(found) < communes:
        raise SystemExit(f"province {province} has only {len(found)} communes")
    hamlets = "SELECT id, code FROM areas_area WHERE parent_id = ANY(%(communes)s) ORDER BY code"
    there = run(hamlets, communes=[pk for pk, _ in found])
    if not there:
        names = [(f"Thôn {number}", "village") for number in range(1, HAMLETS_A_COMMUNE + 1)]
        decide_basis(by=SYSTEM, area=province, at=datetime.now(UTC), **DECISION)
        for _, code in found:
            add_hamlets(by=SYSTEM, commune=code, hamlets=names, at=datetime.now(UTC))
        there = run(hamlets, communes=[pk for pk, _ in found])
    return [Hamlet(*row) for row in there]


def clear(hamlets: Sequence[int]) -> None:
    """Takes away everything that was ever said in these hamlets; their feeds go on where they stand."""
    tables = run(
        "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND column_name = 'hamlet_id' AND table_name IN (SELECT tablename FROM pg_tables) "
        "AND table_name <> 'areas_feed'"
    )
    with transaction.atomic():
        run("SET LOCAL session_replication_role = replica")
        for (table,) in tables:
            run(f"DELETE FROM {table} WHERE hamlet_id = ANY(%(hamlets)s)", hamlets=list(hamlets))
        # Otherwise the runs of a day would add up to a harvest.
        run("TRUNCATE accounts_accessnote, accounts_shown")
    run("TRUNCATE sync_receipt, sync_batch, sync_edit")
    for (table,) in tables:
        run(f"VACUUM (ANALYZE) {table}")


def give_phones(hamlets: Sequence[Hamlet], each: int) -> None:
    """A volunteer's phone or several at each hamlet; those of earlier runs are used again."""
    at = datetime.now(UTC)
    tokens = {f"{hamlet.code}-phone-{n}": hamlet for hamlet in hamlets for n in range(each)}
    hashes = {hashlib.sha256(token.encode()).digest(): token for token in tokens}
    known = {bytes(one) for one in Device.objects.values_list("token_hash", flat=True)}
    users, posts, devices = [], [], []
    for hashed, token in hashes.items():
        tokens[token].tokens.append(token)
        if hashed in known:
            continue
        phone = f"+84{int.from_bytes(hashed[:8]) % 10**12:012}"
        columns = User.objects.phone_columns(pk := new_id(), phone)
        user = User(id=pk, **columns, full_name="Thành viên Tổ", password="-")
        users.append(user)
        since, until = at - timedelta(days=1), at + timedelta(days=36500)
        posts.append(Post(user=user, role=Role.VOLUNTEER, area_id=tokens[token].id, from_at=since))
        lasting = {"created_at": at, "token_until": until, "expires_at": until}
        devices.append(Device(user=user, name="máy đo", token_hash=hashed, **lasting))
    for kind, rows in ((User, users), (Post, posts), (Device, devices)):
        kind.objects.bulk_create(rows, batch_size=1000)


def settle(hamlet: Hamlet, persons: int, chance: random.Random) -> None:
    """Registers that many persons, three to four behind a door."""
    households = list(_households(hamlet.code, persons, chance))
    receipts = [
        receipt
        for start in range(0, len(households), 500)
        for receipt in register_households(
            by=SYSTEM, households=households[start : start + 500], at=datetime.now(UTC)
        )
    ]
    if any(receipt.state != "applied" for receipt in receipts):
        raise SystemExit("the ground could not be settled")
    hamlet.homes = [Home(one.id, one.address, [p.id for p in one.persons]) for one in households]


def _households(code: str, persons: int, chance: random.Random) -> Iterator[NewHousehold]:
    left, number = persons, 0
    began = datetime.now(UTC) - timedelta(days=300)
    while left:
        size = min(left, chance.choice((1, 2, 3, 3, 4, 4, 4, 5, 5)))
        left, number = left - size, number + 1
        at = began + timedelta(minutes=number * 31)
        address = f"Ngõ {number // 5 + 1}, số nhà {number % 5 * 2 + 1}"
        yield NewHousehold(id_at(at, chance), code, address, "", tuple(family(size, at, chance)))


def family(size: int, at: datetime, chance: random.Random) -> Iterator[NewPerson]:
    """The persons behind a door: a head, most often with a spouse, children and an old parent."""
    surname = _surname(chance)
    for place, relation in zip(range(size), ("head", "spouse", "child", "child", "parent"), strict=False):
        sex = chance.choice(("male", "female")) if place != 1 else "female"
        own = relation in ("head", "child")
        given = f"{chance.choice(_MIDDLES[sex])} {chance.choice(_GIVENS.split())}"
        age = {"head": 45, "spouse": 42, "child": 27, "parent": 72}[relation] + chance.randint(-10, 12)
        born = date(2026 - age, chance.randint(1, 12), chance.randint(1, 28))
        yield NewPerson(
            id=id_at(at + timedelta(seconds=40 * place + chance.random()), chance),
            full_name=f"{surname if own else _surname(chance)} {given}",
            birth_date=born if chance.random() < 0.7 else None,
            birth_year=born.year,
            sex=sex,
            phone=f"09{chance.randrange(10**8):08}" if place == 0 else "",
            relation=relation,
        )


def _surname(chance: random.Random) -> str:
    words = _FAMILIES.split()
    return chance.choices(words[::2], [int(share) for share in words[1::2]])[0]
