"""Who moved away or died leaves the figures at once; who only works away stays in them."""

from __future__ import annotations

import pytest

from tests import make
from tests.checklist.counting import counted
from tests.people.doing import editing, figures_hold, heads
from tests.village import UPPER, an_id, calling

pytestmark = pytest.mark.django_db


def tallied() -> int:
    return counted(UPPER)


def setting(value: str, base: str = "present") -> None:
    reply = editing(calling("an"), an_id("lan"), "presence", base, value)
    assert reply.status == 200, reply.json
    figures_hold()


@pytest.fixture(autouse=True)
def _lan_has_an_account(db: None) -> None:
    calling("an").post("checklist/observations", make.document(an_id("lan"), "identity", "level2_active"))


@pytest.mark.parametrize("gone", ["moved", "deceased"])
def test_who_is_gone_leaves_head_and_tally(gone: str) -> None:
    assert (heads(UPPER), tallied()) == (3, 1)
    setting(gone)
    assert (heads(UPPER), tallied()) == (2, 0)


def test_who_comes_back_is_counted_again() -> None:
    setting("moved")
    setting("present", "moved")
    assert (heads(UPPER), tallied()) == (3, 1)


def test_who_works_away_is_still_counted() -> None:
    """The control."""
    setting("away")
    assert (heads(UPPER), tallied()) == (3, 1)


def test_a_recount_would_see_a_figure_that_stayed_behind() -> None:
    """The control of the recount: a row changed behind the back of the house is found."""
    from people.models import Person

    Person.objects.filter(pk=an_id("lan")).update(presence="moved")
    with pytest.raises(AssertionError):
        figures_hold()


def test_a_corrected_birth_moves_the_head_and_the_tally() -> None:
    editing(calling("an"), an_id("lan"), "birth_year", 1958, 2015)
    assert (heads(UPPER), tallied()) == (3, 1)
    figures_hold()
