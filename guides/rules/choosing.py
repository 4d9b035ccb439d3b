"""Which variant of a text serves somebody: the best language first, then the best platform."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from guides.rules.languages import chain_of
from guides.rules.texts import PLATFORMS

# A text as it is told: what is served is chosen among these.
Told = Mapping[str, Any]


def chosen(
    texts: Iterable[Told], language: str | None, platform: str = "any", key: str = "slug"
) -> list[Told]:
    """One variant of each text, in order of `key`; none is left out for want of a translation.

    A guide for another platform serves where there is neither one for the asked platform nor for any.
    """
    best: dict[str, tuple[tuple[int, int], Told]] = {}
    languages, platforms = chain_of(language), _platforms(platform)
    for text in texts:
        rank = (_rank(languages, text["language"]), _rank(platforms, text.get("platform", "any")))
        known = best.get(text[key])
        if known is None or rank < known[0]:
            best[text[key]] = (rank, text)
    return [best[name][1] for name in sorted(best)]


def _platforms(asked: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys((asked, "any", "counter", *PLATFORMS)))


def _rank(order: tuple[str, ...], value: str) -> int:
    return order.index(value) if value in order else len(order)
