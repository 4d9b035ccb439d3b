"""A roster in which everybody has one name is matched all the same, and in a moment."""

from __future__ import annotations

import sys
from uuid import UUID

from people.rules.matching import Known, Row, match_rows

CROWD = 1_000


def test_a_crowd_of_namesakes_is_matched_one_to_one() -> None:
    known = [Known(UUID(int=n), UUID(int=n), 1, "Lê Lan", 1990, "female", "") for n in range(CROWD)]
    rows = [[Row(n, 1, "Lê Lan", 1990, "female", "")] for n in range(CROWD + 5)]
    calls = 0

    def count(frame: object, event: str, arg: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        found = match_rows(rows, known)
    finally:
        sys.setprofile(None)
    assert len({person.id for person in found.values()}) == len(found) == CROWD
    assert calls < 800 * CROWD  # counted, not timed: comparing each with each takes several thousand for each
