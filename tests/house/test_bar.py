"""Each row of bar.txt has a test that carries its id, and a control that carries it too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import pytest

from tests.house.sources import ROOT

BAR = Path(__file__).with_name("bar.txt")
NAME = re.compile(r"test_((?:[A-Z]_\d\d_)+)(.+)")
FUNCTION = re.compile(r"^ *def (test_\w+)", re.MULTILINE)
BLOCKS = ("Proved", "Awaited", "Elsewhere")


@dataclass
class Row:
    """What the tests say of one id."""

    proofs: list[str] = field(default_factory=list)
    controls: list[str] = field(default_factory=list)

    @property
    def is_proved(self) -> bool:
        return bool(self.proofs and self.controls)


def declared(text: str) -> dict[str, list[str]]:
    """The ids of each block."""
    blocks: dict[str, list[str]] = {name: [] for name in BLOCKS}
    block = ""
    for line in filter(None, text.splitlines()):
        if line.startswith("["):
            block = line.strip("[]")
        elif not line.startswith("#"):
            blocks[block].append(line.split()[0])
    return blocks


def rows_of(names: Iterable[str]) -> dict[str, Row]:
    """id -> the tests and controls among these functions that carry it."""
    found: dict[str, Row] = {}
    for name in names:
        if match := NAME.fullmatch(name):
            for part in re.findall(r"[A-Z]_\d\d", match[1]):
                row = found.setdefault(part.replace("_", "-"), Row())
                (row.controls if re.search(r"(^|_)control(_|$)", match[2]) else row.proofs).append(name)
    return found


def faults(blocks: dict[str, list[str]], found: dict[str, Row]) -> list[str]:
    """What the list says and the tests do not hold, and the other way round."""
    all_ids = [one for ids in blocks.values() for one in ids]
    wrong = [f"{one} stands there twice" for one in sorted(set(all_ids)) if all_ids.count(one) > 1]
    for one in blocks["Proved"]:
        row = found.get(one, Row())
        wrong += [] if row.proofs else [f"{one} has no test"]
        wrong += [] if row.controls else [f"{one} has no control"]
    for one in (*blocks["Awaited"], *blocks["Elsewhere"]):
        if found.get(one, Row()).is_proved:
            wrong.append(f"{one} has its test and its control: move its line in bar.txt up to [Proved]")
    return wrong + [f"{one} is no row of bar.txt" for one in sorted(set(found) - set(all_ids))]


@cache
def every_test() -> tuple[str, ...]:
    """The names of all test functions of the house."""
    files = (ROOT / "tests").rglob("test_*.py")
    return tuple(name for file in files for name in FUNCTION.findall(file.read_text(encoding="utf-8")))


def test_each_row_of_the_bar_has_its_test_and_its_control() -> None:
    assert faults(declared(BAR.read_text(encoding="utf-8")), rows_of(every_test())) == []


GOOD = ["test_Z_01_P_11_all_is_declared", "test_Z_01_P_11_control_an_open_door_is_found"]
LIST = {"Proved": ["Z-01", "P-11"], "Awaited": ["A-01"], "Elsewhere": ["I-08"]}


@pytest.mark.parametrize(
    ("names", "changed", "fault"),
    [
        (GOOD[:1], {}, "Z-01 has no control"),
        (GOOD[1:], {}, "P-11 has no test"),
        ([*GOOD, "test_A_01_x", "test_A_01_control_x"], {}, "A-01 has its test"),
        ([*GOOD, "test_Z_99_x"], {}, "Z-99 is no row"),
        (GOOD, {"Awaited": ["Z-01"]}, "Z-01 stands there twice"),
    ],
)
def test_a_planted_gap_is_found(names: list[str], changed: dict[str, list[str]], fault: str) -> None:
    assert faults(LIST, rows_of([*GOOD, "test_A_01_not_yet"])) == []
    assert any(found.startswith(fault) for found in faults({**LIST, **changed}, rows_of(names)))
