"""The pictures for people who read little: all of one size, light, told in both languages, and all in use."""

from __future__ import annotations

import re
from collections import defaultdict

import pytest

from guides.actions.content import CONTENT
from guides.rules import webp_size
from tests.guides.shelf import drawings, shipped
from tests.village import calling
from tests.web.reading import get

pytestmark = pytest.mark.django_db
SOURCE = CONTENT.parent / "drawings/drawings.typ"
SHOWN = re.compile(r"!\[(.+)\]\(([a-z-]+)\.webp\)")


@pytest.mark.parametrize("name", sorted(drawings()))
def test_each_is_small_and_of_the_same_size(name: str) -> None:
    picture = drawings()[name]
    assert webp_size(picture) == (480, 360)
    assert len(picture) < 8000


def test_each_has_its_source_and_is_shown_in_both_languages() -> None:
    shown: dict[str, set[str]] = {"vi": set(), "en": set()}
    for guide in shipped().values():
        shown[guide.language] |= {name for _, name in SHOWN.findall(guide.body)}
    drawn = set(re.findall(r"^  ([a-z-]+): \{", SOURCE.read_text("utf-8"), re.MULTILINE))
    assert drawn == {name.removesuffix(".webp") for name in drawings()} == shown["vi"] == shown["en"]
    assert len(drawn) >= 8


def test_the_same_steps_show_the_same_pictures_in_both_languages() -> None:
    pictures: dict[str, set[tuple[str, ...]]] = defaultdict(set)
    for guide in shipped().values():
        pictures[guide.slug].add(tuple(step.picture for step in guide.steps))
    assert [slug for slug, both in pictures.items() if len(both) != 1] == []


def test_a_page_keeps_their_place_and_loads_them_when_they_come_into_sight() -> None:
    page = get("/huong-dan/share-smartphone")
    images = [given for tag, given in page.tags if tag == "img"]
    assert len(images) == 3
    for image in images:
        assert (image["width"], image["height"], image["loading"]) == ("480", "360", "lazy")
        assert image["alt"]
        assert calling().get(image["src"]).raw.headers["Content-Type"] == "image/webp"
    assert "img-src 'self'" in page.headers["Content-Security-Policy"]
    assert not [tag for tag, _ in get("/huong-dan/activate-vneid").tags if tag == "img"]
