"""The declarations of the items agree with each other, and a bad one is caught."""

import sys
from collections.abc import Iterator
from dataclasses import FrozenInstanceError, replace
from datetime import date
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from base.errors import Refusal
from base.registry import entries
from checklist import items
from checklist.items import ENABLERS, ITEMS, PILLARS, Item, Kind, Need, State, Way, in_order, item_on
from checklist.rules import (
    BLOCKERS,
    PLACES,
    THINGS,
    Evidence,
    check_observation,
)

# Letters only Vietnamese writing has: a title without any of them was typed without its marks.
MARKED = set("ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ")
NAMES = {"Mobile Money", "USB token"}
EVERY_VERSION = [version for item in ITEMS.values() for version in (item, *item.earlier)]


def test_the_list_is_the_checklist_in_order() -> None:
    assert PILLARS == ("identity", "payment", "signature", "service_account")
    assert ENABLERS == ("smartphone", "own_sim", "chip_card", "safety")
    assert [item.order for item in ITEMS.values()] == sorted({item.order for item in ITEMS.values()})


@pytest.mark.parametrize(
    ("code", "states", "ready_from", "due_age"),
    [
        ("identity", "none level1 level2_granted level2_active", "level2_active", 14),
        ("payment", "none in_progress has", "has", 15),
        ("signature", "none in_progress has", "has", 18),
        ("service_account", "none logged_in submitted", "logged_in", 18),
        ("smartphone", "none shared_in_household own", "shared_in_household", 14),
        ("own_sim", "none relatives own", "own", 14),
        ("chip_card", "none expired valid", "valid", 14),
        ("safety", "none briefed confirmed", "briefed", 14),
    ],
)
def test_states_rise_as_the_checklist_says(code: str, states: str, ready_from: str, due_age: int) -> None:
    item = ITEMS[code]
    assert [state.code for state in item.states] == states.split()
    assert [item.rank(state) for state in states.split()] == list(range(len(states.split())))
    assert (item.ready_from, item.due_age, item.expires) == (ready_from, due_age, code == "signature")
    assert [s for s in item.ranks if item.is_ready_state(s)] == states.split()[item.rank(ready_from) :]


def test_the_kinds_are_those_of_the_checklist() -> None:
    assert ITEMS["payment"].kind_codes == ("bank_account", "e_wallet", "mobile_money", "unspecified")
    assert ITEMS["signature"].kind_codes == ("vneid", "ca", "token", "unspecified")
    assert ITEMS["identity"].kind_codes == ("",)


def titled() -> Iterator[tuple[str, str]]:
    for item in EVERY_VERSION:
        for part in (item, *item.states, *item.kinds, *item.ways):
            yield part.title_vi, part.title_en
    yield from (*PLACES.values(), *THINGS.values(), *BLOCKERS.values())
    yield from ((level.title_vi, level.title_en) for level in Evidence)


def test_every_title_is_there_in_both_languages_with_its_marks() -> None:
    for vi, en in titled():
        assert en
        assert vi in NAMES or MARKED & set(vi.lower()), vi


@pytest.mark.parametrize("item", EVERY_VERSION, ids=lambda item: f"{item.code}-{item.effective_from}")
def test_what_an_item_names_exists(item: Item) -> None:
    for need in (*item.requires, *(need for way in item.ways for need in way.needs)):
        assert need.state in ITEMS[need.item].ranks
        assert need.kind in ("", *item.kind_codes)
        assert need.to in ("", *(way.ends for way in item.ways))
    for way in item.ways:
        assert way.where in PLACES
        assert set(way.bring) <= set(THINGS)
        assert way.guide == way.guide.lower().replace("_", "-")
        assert all(item.rank(start) < item.rank(way.ends) for start in way.starts)
    assert {state.blocker for state in item.states} <= {"", *BLOCKERS}


@pytest.mark.parametrize("item", EVERY_VERSION, ids=lambda item: f"{item.code}-{item.effective_from}")
def test_every_state_that_is_not_ready_has_a_way_on(item: Item) -> None:
    starts = {start for way in item.ways for start in way.starts}
    assert starts == {state for state in item.ranks if not item.is_ready_state(state)}
    assert item.guides


def test_the_requirements_have_no_ring() -> None:
    graph: dict[str, set[str]] = {}
    for item in EVERY_VERSION:
        needs = (*item.requires, *(need for way in item.ways for need in way.needs))
        graph.setdefault(item.code, set()).update(need.item for need in needs)
    TopologicalSorter(graph).prepare()


def test_the_rule_of_a_day_is_computable() -> None:
    assert item_on("service_account", date(2024, 7, 1)).requires == (Need("identity", "level2_active"),)
    assert item_on("service_account", date(2024, 6, 30)).requires == ()
    assert item_on("service_account", date(2022, 12, 31)) is None
    assert item_on("identity", date(2030, 1, 1)) is ITEMS["identity"]


def test_a_later_decree_changes_no_day_before_it(monkeypatch: pytest.MonkeyPatch) -> None:
    old = ITEMS["payment"]
    decree = replace(old, due_age=14, effective_from=date(2027, 1, 1), earlier=(old,))
    monkeypatch.setitem(items.ITEMS, "payment", decree)
    assert item_on("payment", date(2026, 12, 31)).due_age == 15
    assert item_on("payment", date(2027, 1, 1)).due_age == 14


def test_an_item_cannot_be_changed() -> None:
    with pytest.raises(FrozenInstanceError):
        ITEMS["identity"].due_age = 6


GOOD = """
from checklist.items import Item, State
ENTRY = Item(code="{code}", order={order}, number={order}, pillar=False,
             title_vi="Sổ sức khỏe điện tử", title_en="Health book",
             states=(State("none", "Chưa có", "None"), State("has", "Đã có", "Has")),
             ready_from="{ready_from}", due_age=18)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty package "planted" to put item files into."""
    package = tmp_path / "planted"
    package.mkdir()
    (package / "__init__.py").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    yield package
    for name in [name for name in sys.modules if name.split(".")[0] == "planted"]:
        del sys.modules[name]


def plant(
    folder: Path, name: str, code: str = "health_book", order: int = 9, ready_from: str = "has"
) -> None:
    (folder / f"{name}.py").write_text(
        GOOD.format(code=code, order=order, ready_from=ready_from), encoding="utf-8"
    )


def test_a_new_item_is_one_file_and_stands_by_its_order(folder: Path) -> None:
    plant(folder, "a", code="later", order=9)
    plant(folder, "b", code="sooner", order=3)
    assert list(in_order(entries("planted", Item))) == ["sooner", "later"]


def test_a_planted_file_without_an_entry_is_caught(folder: Path) -> None:
    (folder / "empty.py").write_text("ENTRY = 'no item'", encoding="utf-8")
    with pytest.raises(TypeError, match="declares no ENTRY"):
        entries("planted", Item)


def test_a_planted_twin_is_caught(folder: Path) -> None:
    plant(folder, "a")
    plant(folder, "b")
    with pytest.raises(ValueError, match="declared twice"):
        entries("planted", Item)


def test_a_planted_item_that_contradicts_itself_is_caught(folder: Path) -> None:
    plant(folder, "a", ready_from="owns")
    with pytest.raises(ValueError, match="owns"):
        entries("planted", Item)


@pytest.mark.parametrize(
    "change",
    [
        {"states": (State("none", "Chưa có", "None"),) * 2},
        {"kinds": (Kind("ca", "CA", "CA"),) * 2},
        {"ways": (replace(ITEMS["signature"].ways[0], kinds=("pigeon",)),)},
        {"ways": (*ITEMS["signature"].ways, ITEMS["signature"].ways[0])},
        {"earlier": (ITEMS["signature"],)},
    ],
)
def test_a_contradiction_is_refused_at_once(change: dict[str, tuple[State | Kind | Way | Item, ...]]) -> None:
    with pytest.raises(ValueError, match="signature"):
        replace(ITEMS["signature"], **change)


GOOD_CONTENT = {
    "item": "signature",
    "kind": "ca",
    "state": "has",
    "evidence": "seen",
    "blocker": "",
    "expires_on": date(2027, 1, 1),
}


def test_good_content_passes() -> None:
    check_observation(**GOOD_CONTENT)
    check_observation(item="identity", kind="", state="level1", evidence=Evidence.SEEN, blocker="no_phone")


@pytest.mark.parametrize(
    ("change", "code", "field"),
    [
        ({"item": "horoscope"}, "item.unknown", "item"),
        ({"state": "submitted"}, "state.unknown", "state"),
        ({"kind": "pigeon"}, "kind.unknown", "kind"),
        ({"item": "identity", "state": "level1"}, "kind.unknown", "kind"),
        ({"kind": ""}, "kind.missing", "kind"),
        ({"evidence": "dreamt"}, "evidence.unknown", "evidence"),
        ({"blocker": "lazy"}, "blocker.unknown", "blocker"),
        ({"state": "none"}, "expiry.not_expected", "expires_on"),
        ({"item": "payment", "kind": "e_wallet"}, "expiry.not_expected", "expires_on"),
    ],
)
def test_bad_content_is_refused_by_code_and_field(change: dict[str, str], code: str, field: str) -> None:
    with pytest.raises(Refusal) as refused:
        check_observation(**GOOD_CONTENT | change, path="observations[3]")
    assert refused.value.code == code
    assert refused.value.path == f"observations[3].{field}"
    assert MARKED & set(refused.value.message("vi").lower())
    assert refused.value.message("en")


def test_evidence_levels_rise_and_go_by_code() -> None:
    assert [level.code for level in Evidence] == ["self_declared", "seen", "witnessed", "verified"]
    assert [Evidence.of(level.code) for level in Evidence] == sorted(Evidence)
    with pytest.raises(ValueError, match="dreamt"):
        Evidence.of("dreamt")
