"""The cursor: what was written is read, what was tampered with is refused, and it is short."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.models import new_id
from sync.actions.telling import ALWAYS, FEED_KINDS
from sync.rules.cursor import KINDS, USUAL, Cursor, NotOurs, epoch_mark, read_cursor, write_cursor
from tests.village import FAMILY

KEY, OTHER_KEY = b"k" * 32, b"o" * 32
revisions = st.integers(min_value=0, max_value=2**62)
cursors = st.builds(
    Cursor,
    epoch=st.uuids().map(epoch_mark),
    kinds=st.frozensets(st.sampled_from(KINDS), min_size=1),
    seen=st.dictionaries(st.integers(min_value=1, max_value=2**40), revisions, max_size=40),
)


@given(cursors)
def test_what_was_written_is_read(cursor: Cursor) -> None:
    assert read_cursor(write_cursor(cursor, KEY), KEY) == cursor


@given(cursors, st.data())
def test_whatever_was_changed_is_refused(cursor: Cursor, data: st.DataObject) -> None:
    text = write_cursor(cursor, KEY)
    place = data.draw(st.integers(min_value=0, max_value=len(text) - 1))
    char = data.draw(st.characters(exclude_characters=text[place]))
    changed = data.draw(
        st.sampled_from(
            [
                text[:place] + char + text[place + 1 :],
                text[:place] + char + text[place:],
                text[:place],
                text[place + 1 :],
                text + "=",
                text + "A",
                text + " ",
                text + text,
            ]
        )
    )
    with pytest.raises(NotOurs):
        read_cursor(changed, KEY)


@given(st.text(max_size=200))
def test_whatever_a_stranger_writes_is_refused(text: str) -> None:
    with pytest.raises(NotOurs):
        read_cursor(text, KEY)


@given(cursors)
def test_one_of_another_house_is_refused(cursor: Cursor) -> None:
    with pytest.raises(NotOurs):
        read_cursor(write_cursor(cursor, OTHER_KEY), KEY)


def test_it_is_short() -> None:
    def length(hamlets: int) -> int:
        seen = {90_000 + n: 100_000 + n for n in range(hamlets)}
        return len(write_cursor(Cursor(epoch_mark(FAMILY), USUAL, seen), KEY))

    assert length(0) <= 24
    assert length(1) <= 32
    assert length(2) <= 38
    assert length(60) <= 400


def test_every_kind_of_the_feeds_has_its_place() -> None:
    kinds = [feed.kind for feed in FEED_KINDS]
    assert sorted(kinds) == sorted({*KINDS, ALWAYS})
    assert set(KINDS) - USUAL == {"observation"}


def test_epochs_begun_one_after_the_other_differ() -> None:
    marks: list[bytes] = [epoch_mark(UUID(int=new_id().int)) for _ in range(1000)]
    assert len(set(marks)) == 1000
