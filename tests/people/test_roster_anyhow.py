"""Columns in any order, cells with anything in them, files damaged on the way: never an alarm."""

from __future__ import annotations

import io
import random
import sys
import zipfile
from collections import defaultdict
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from base.errors import Refusal
from people.formats import read_table
from people.rules.roster import Sheet, understand
from tests.people.test_roster_files import ON, persons, read, repacked, table, xlsx

LIST = xlsx([["Họ tên", "Năm sinh"], ["Lê A", 1980]])
SMALL = [row[:] for row in table("xa-dong")[3:23]]
PLAIN = read(SMALL)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(order=st.permutations(range(len(SMALL[0]))))
def test_in_whatever_order_the_columns_stand_the_village_is_the_same(order):
    roster = understand(read_table(xlsx([[row[place] for place in order] for row in SMALL])), on=ON)
    assert roster.columns == PLAIN.columns
    assert sorted_households(roster) == sorted_households(PLAIN)


def sorted_households(roster):
    marks = defaultdict(list)
    for person in persons(roster):
        marks[person.row] = sorted(map(repr, person.marks))
    return [(h.key, h.hamlet_name, h.rows,
    [(p.full_name, p.birth_date, p.phone, marks[p.row]) for p in h.persons])
            for h in roster.households]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(st.none(), st.text(max_size=12), st.integers(), st.floats(), st.booleans(),
                      st.datetimes(min_value=datetime(1, 1, 1)),
                      st.sampled_from(["x", "Chủ hộ", "Thôn A", "Tổng cộng"])),
            max_size=13,
        ),
        max_size=8,
    )
)  # fmt: skip
def test_no_cell_however_odd_breaks_the_reading(rows):
    roster = understand([Sheet("DS", list(enumerate([SMALL[0], *rows, SMALL[1]], 4)))], on=ON)
    assert roster.rows == len(persons(roster)) + len({p.row for p in roster.problems if p.fatal}) + len(
        roster.duplicates
    )


@pytest.mark.parametrize(
    ("copies", "seed"), [(200, 20261122), pytest.param(1000, 20261123, marks=pytest.mark.prove)]
)
def test_I_10_damaged_copies_of_the_list_are_read_or_refused_never_an_alarm(copies, seed):
    dice = random.Random(seed)
    small = repacked(LIST)
    csv = "Họ tên;Năm sinh;Quan hệ\nLê A;1980;Chủ hộ\nLê B;1/2/1985;Vợ\n".encode()
    outcomes = set()
    for n in range(copies):
        damaged = bytearray(csv if n % 4 == 0 else small)
        for _ in range(dice.randint(1, 12)):
            damaged[dice.randrange(len(damaged))] = dice.randrange(256)
        if n % 5 == 0:
            del damaged[dice.randrange(len(damaged)) :]
        outcomes.add(_outcome(bytes(damaged)))
    parts = zipfile.ZipFile(io.BytesIO(small))
    for name in parts.namelist():  # damage below the checksums, so that the parser itself meets it
        for _ in range(8):
            content = bytearray(parts.read(name))
            for _ in range(dice.randint(1, 4)):
                content[dice.randrange(len(content))] = dice.choice(b'<>"&/\0a9= \xff')
            outcomes.add(_outcome(repacked(small, **{name: bytes(content)})))
    assert {"read", "import.not_a_table"} <= outcomes


def _outcome(data: bytes) -> str:
    try:
        understand(read_table(data), on=ON)
    except Refusal as refused:
        return refused.code
    return "read"


def test_I_10_control_a_reader_that_stumbles_is_an_alarm(monkeypatch):
    monkeypatch.setattr(sys.modules[__name__], "read_table", lambda data: {}[data])
    with pytest.raises(KeyError):
        _outcome(LIST)
