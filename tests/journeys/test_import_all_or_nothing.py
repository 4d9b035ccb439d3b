"""When the last step breaks, it is as if nobody had asked: no person, no hamlet, no figure."""

from __future__ import annotations

from typing import Any

import pytest

from people.actions import imports
from people.models import Import
from tests import poison
from tests.people.doing import figures_hold
from tests.people.rosters import applied, applying, csv, row, staged, undoing
from tests.village import UPPER

pytestmark = pytest.mark.django_db
ROSTER = csv(row("Lê Thị Lan", vneid="x", cks="x"), row("Bùi Thị Én", hamlet="Thôn Mới", house=2))


def breaking(*args: Any, **kwargs: Any) -> None:
    raise RuntimeError("the power failed")


@pytest.mark.parametrize("step", ["the marks", "the state"])
def test_an_error_at_the_end_of_applying_leaves_nothing(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    number, before = staged(ROSTER)["id"], poison.stored()
    with monkeypatch.context() as patch:
        if step == "the marks":
            patch.setattr(imports, "plug", lambda name: breaking)
        else:
            patch.setattr(Import, "save", breaking)
        broken = applying(number)
    assert (broken.status, broken.json["code"]) == (500, "server.error")
    assert b"power" not in broken.raw.content
    assert poison.stored() == before
    assert applying(number).status == 200  # and nothing stands in the way of a second attempt
    figures_hold()


@pytest.mark.parametrize("step", ["the figures", "the state"])
def test_an_error_at_the_end_of_undoing_leaves_everything(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    number = applied(ROSTER)["id"]
    before = poison.stored()
    with monkeypatch.context() as patch:
        if step == "the figures":
            plain = imports.plug
            patch.setattr(
                imports, "plug", lambda name: breaking if name == "people.persons_changed" else plain(name)
            )
        else:
            patch.setattr(Import, "save", breaking)
        broken = undoing(number)
    assert broken.status == 500
    assert poison.stored() == before
    assert undoing(number).status == 200
    figures_hold()


def test_an_error_while_staging_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    from people.actions import stage
    from tests.people.rosters import staging

    before = poison.stored()
    monkeypatch.setattr(stage, "match_persons", breaking)
    assert staging(ROSTER, area=UPPER).status == 500
    assert poison.stored() == before


def test_without_the_error_all_of_it_is_there() -> None:
    """The control: the figures would have shown a half."""
    number, before = staged(ROSTER)["id"], poison.stored()
    applying(number)
    assert {table for table, seen in poison.stored().items() if seen != before[table]} >= {
        "areas_area",
        "people_person",
        "people_household",
        "checklist_observation",
        "checklist_tally",
    }
