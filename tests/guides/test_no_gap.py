"""Whatever next step anybody is given, there is a guide for exactly that, in both languages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklist.items import ITEMS, Item
from checklist.rules import BLOCKERS, Evidence, Standing, next_steps
from checklist.rules.steps import PLACES
from guides.rules import GuideText
from tests.guides.shelf import shipped
from tests.village import AT, TODAY, an_id, calling

# Item, errand, kind, and the guide that it names.
Errand = tuple[str, str, str, str]


def versions(item: Item) -> Iterable[Item]:
    """The rule in force and those before it."""
    return (item, *item.earlier)


def declared() -> set[Errand]:
    """Every errand there is: a next step is always one of these, for it is taken from them."""
    return {
        (item.code, way.code, kind, way.guide)
        for newest in ITEMS.values()
        for item in versions(newest)
        for way in item.ways
        for kind in way.kinds
    }


def gaps(errands: Iterable[Errand], guides: Mapping[str, GuideText]) -> list[str]:
    """The errands without a guide of that name, item, errand and kind, and in which language."""
    return sorted(
        f"{item} {way} {kind}: {slug}.{language}"
        for item, way, kind, slug in errands
        for language in ("vi", "en")
        if not any(
            guide.slug == slug
            and guide.language == language
            and guide.item == item
            and way in guide.ways
            and guide.kind in ("", kind)
            for guide in guides.values()
        )
    )


def standing(item: str, state: str, kind: str = "", expires_on: date | None = None) -> Standing:
    return Standing(item, kind, state, Evidence.SEEN, AT, expires_on, "", False, an_id("said"))


def told(age: int, standings: list[Standing], blockers: Iterable[str] = ()) -> set[Errand]:
    """The errands of the next steps of somebody of that age."""
    steps = next_steps(date(TODAY.year - age, 1, 1), standings, TODAY, list(blockers))
    return {(step.item, step.step, step.kind, step.guide) for step in steps}


def one_by_one() -> Iterable[list[Standing]]:
    """Every state of every item and kind alone, and with every state of the enablers and the identity."""
    alone = [standing(i.code, s.code, k) for i in ITEMS.values() for k in i.kind_codes for s in i.states]
    yield from ([one] for one in alone)
    yield [standing("signature", "has", "vneid", date(2020, 1, 1))]
    below = ("smartphone", "own_sim", "chip_card", "identity")
    for states in product(*([s.code for s in ITEMS[code].states] for code in below)):
        known = [standing(code, state) for code, state in zip(below, states, strict=True)]
        yield known
        if states[3] == "level2_active":
            yield from ([*known, one] for one in alone if one.item in ("payment", "signature"))


def test_every_errand_has_its_guide_in_both_languages() -> None:
    assert len(declared()) > 15
    assert gaps(declared(), shipped()) == []


@pytest.mark.parametrize("file", sorted(name for name in shipped() if shipped()[name].ways))
def test_a_file_that_is_gone_is_a_gap(file: str) -> None:
    """The control: without any one of these files somebody would stand there without a guide."""
    without = {name: guide for name, guide in shipped().items() if name != file}
    assert gaps(declared(), without) != []


def test_what_is_told_is_among_what_is_declared_and_nearly_all_of_it_is_told() -> None:
    found: set[Errand] = set()
    for age, known in product((14, 16, 30), one_by_one()):
        found |= told(age, known)
    assert found <= declared()
    assert {(item, way) for item, way, _, _ in declared() - found} <= {
        ("safety", "brief"),  # an enabler that no pillar requires is never on the shortest list
    }


_STANDINGS = st.lists(
    st.sampled_from(list(ITEMS.values())).flatmap(
        lambda item: st.builds(
            standing,
            st.just(item.code),
            st.sampled_from([state.code for state in item.states]),
            st.sampled_from(item.kind_codes),
            st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)) if item.expires else st.none(),
        )
    ),
    max_size=12,
    unique_by=lambda each: (each.item, each.kind),
)


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 100), _STANDINGS, st.sets(st.sampled_from(sorted(BLOCKERS)), max_size=4))
def test_nobody_is_given_a_step_without_a_guide(age: int, known: list[Standing], blockers: set[str]) -> None:
    assert gaps(told(age, known, blockers), shipped()) == []


@pytest.mark.django_db
def test_the_doors_serve_a_guide_for_every_errand_and_a_sheet_for_every_place() -> None:
    for language in ("vi", "en"):
        listed: list[dict[str, Any]] = calling(language=language).get("guides").json["results"]
        served = {
            (g["item"], way, g["slug"]) for g in listed for way in g["ways"] if g["language"] == language
        }
        assert {(item, way, slug) for item, way, _, slug in declared()} <= served
        places = calling(language=language).get("guides/places").json["results"]
        assert {place["code"] for place in places if place["language"] == language} == set(PLACES)
