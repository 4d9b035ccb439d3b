"""What is shown to people: every code once, every title and every refusal in Vietnamese and English."""

from __future__ import annotations

import importlib
import pkgutil
import re
import string
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.rules import ROLE_TITLES, Role
from base import registry
from base.errors import Refusal, all_refusals
from base.registry import entries
from checklist.items import ITEMS, Item
from checklist.rules import BLOCKERS, OUTCOMES, Evidence
from checklist.rules.interview import MARKS
from checklist.rules.questions import QUESTIONS
from checklist.rules.steps import PLACES, THINGS
from guides.rules import AUDIENCES, LANGUAGES, PLATFORMS
from people.rules import roster_problems
from reports.formats import FORMATS
from reports.tables import TABLES
from tests.house.sources import packages
from web.texts import WORDS

Titles = dict[str, tuple[str, str]]
# Names that are written the same in both languages.
NAMES = {"Mobile Money", "USB token"}
# A status other than 4xx, and why.
NOT_4XX = {
    "code.closed": "a crowd guesses codes, so the door is closed for everybody",
    "provider.unavailable": "the identity provider of the province is gone for the moment",
    "limit.unavailable": "nobody can count, so what must not be tried often is closed",
    "server.unavailable": "PostgreSQL is gone for the moment",
    "server.error": "the one answer for what broke here",
}
_CODE = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+")


def titles(thing: Any, at: str = "") -> Iterator[tuple[str, tuple[str, str]]]:
    """Every pair of titles in an entry of a registry, however deep, with where it stands."""
    if hasattr(thing, "title_vi"):
        yield at, (thing.title_vi, thing.title_en)
    if is_dataclass(thing):
        inner: Iterable[tuple[str, Any]] = [
            (field.name, getattr(thing, field.name)) for field in fields(thing)
        ]
    elif isinstance(thing, Mapping):
        inner = list(thing.items())
    elif isinstance(thing, tuple | list):
        inner = [(str(getattr(entry, "code", n)), entry) for n, entry in enumerate(thing)]
    else:
        inner = []
    for name, entry in inner:
        yield from titles(entry, f"{at}.{name}".lstrip("."))


def of_the_house() -> Titles:
    """All titles that somebody reads on a screen or in a file."""
    found = {f"items.{at}": pair for at, pair in titles(ITEMS)}
    found |= {f"tables.{at}": pair for at, pair in titles(TABLES)}
    found |= {f"formats.{at}": pair for at, pair in titles(FORMATS)}
    found |= {f"places.{code}": pair for code, pair in PLACES.items()}
    found |= {f"things.{code}": pair for code, pair in THINGS.items()}
    found |= {f"languages.{at}": pair for at, pair in titles(LANGUAGES)}
    found |= {f"platforms.{code}": pair for code, pair in PLATFORMS.items()}
    found |= {f"audiences.{code}": pair for code, pair in AUDIENCES.items()}
    found |= {f"roles.{role}": ROLE_TITLES[role] for role in Role}
    found |= {f"evidence.{level.code}": (level.title_vi, level.title_en) for level in Evidence}
    found |= {f"outcomes.{code}": pair for code, pair in OUTCOMES.items()}
    found |= {f"blockers.{code}": pair for code, pair in _blockers().items()}
    problems: dict[str, tuple[bool, str, str]] = roster_problems._TEXTS
    found |= {f"questions.{at}": pair for at, pair in titles(QUESTIONS)}
    found |= {f"questions.{q.code}.hint": (q.hint_vi, q.hint_en) for q in QUESTIONS}
    found |= {f"marks.{code}": pair for code, pair in MARKS.items()}
    # Each language names the other one in its own words.
    found |= {f"web.{name}": pair for name, pair in WORDS.items() if name != "switch"}
    found |= {f"roster.{code}": (vi, en) for code, (_, vi, en) in problems.items()}
    return found


def _blockers() -> Titles:
    return {
        code: (word.title_vi, word.title_en) if hasattr(word, "title_vi") else tuple(word)
        for code, word in dict(BLOCKERS).items()
    }


def bad_titles(found: Titles) -> list[str]:
    """Titles that are missing, the same in both languages, without diacritics or with stray characters."""
    wrong = []
    for at, (vi, en) in found.items():
        if not vi.strip() or not en.strip():
            wrong.append(f"{at}: a language is missing")
        elif vi not in NAMES and (vi == en or vi.isascii()):
            wrong.append(f"{at}: {vi!r} is no Vietnamese")
        elif any(unicodedata.normalize("NFC", text) != text or text != text.strip() for text in (vi, en)):
            wrong.append(f"{at}: not in NFC, or with blanks round it")
        elif any(unicodedata.category(char) in ("Cc", "Cf", "Co", "Cn") for char in vi + en):
            wrong.append(f"{at}: hidden characters")
        elif any(letters in vi for letters in ("Ã¡", "áº", "\ufffd")):
            wrong.append(f"{at}: letters that were misread")
    return wrong


def bad_refusals(found: Iterable[type[Refusal]]) -> list[str]:
    """Refusals whose code, sentences or status are not as they should be."""
    wrong, seen = [], {}
    for refusal in found:
        where = f"{refusal.__module__}.{refusal.__name__}"
        if not _CODE.fullmatch(refusal.code):
            wrong.append(f"{where}: {refusal.code!r} is no noun.reason")
        if seen.setdefault(refusal.code, where) != where:
            wrong.append(f"{where}: {refusal.code} is that of {seen[refusal.code]}")
        if not 400 <= refusal.status < 500 and refusal.code not in NOT_4XX:
            wrong.append(f"{where}: {refusal.status} is no refusal")
        vi, en = getattr(refusal, "vi", ""), getattr(refusal, "en", "")
        wrong += bad_titles({where: (vi, en)})
        if _details(vi) != _details(en):
            wrong.append(f"{where}: the two sentences tell different details")
    return wrong


def _details(text: str) -> set[str]:
    """The names of the details in a sentence; one that is itself a word has a form for each language."""
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return {re.sub("_(vi|en)$", "", name) for name in names}


@pytest.fixture(scope="module", autouse=True)
def _every_module_is_imported() -> None:
    for package in packages():
        for module in pkgutil.walk_packages(importlib.import_module(package).__path__, f"{package}."):
            if not re.search(r"\.(migrations|serve|embedded|servers|wsgi)\b", module.name):
                importlib.import_module(module.name)


def ours() -> list[type[Refusal]]:
    """The refusals of the house; tests plant others."""
    return [refusal for refusal in all_refusals() if refusal.__module__.split(".")[0] in packages()]


def test_every_title_is_in_both_languages() -> None:
    found = of_the_house()
    assert len(found) > 100
    assert bad_titles(found) == []


def test_every_refusal_has_a_code_of_its_own_and_both_sentences() -> None:
    assert len(ours()) > 30
    assert bad_refusals(ours()) == []


def test_every_code_is_unique_and_every_way_has_a_guide() -> None:
    assert set(ITEMS) == {item.code for item in ITEMS.values()}
    assert len({item.order for item in ITEMS.values()}) == len(ITEMS)
    assert set(FORMATS) == {kind.code for kind in FORMATS.values()}
    guides = [way.guide for item in ITEMS.values() for way in item.ways]
    assert all(re.fullmatch(r"[a-z0-9-]+", guide) for guide in guides)


def _planted(monkeypatch: pytest.MonkeyPatch, *codes: Any) -> None:
    """A folder of entries with these codes."""
    modules = {f"planted.m{n}": SimpleNamespace(__name__=f"m{n}", ENTRY=code) for n, code in enumerate(codes)}
    modules["planted"] = SimpleNamespace(__path__=[])
    listed = [SimpleNamespace(name=f"m{n}") for n in range(len(codes))]
    monkeypatch.setattr(registry, "importlib", SimpleNamespace(import_module=modules.__getitem__))
    monkeypatch.setattr(registry, "pkgutil", SimpleNamespace(iter_modules=lambda path: listed))


def test_a_planted_twin_in_a_registry_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    item = ITEMS["identity"]
    _planted(monkeypatch, item, item)
    with pytest.raises(ValueError, match="declared twice"):
        entries("planted", Item)


def test_a_planted_module_without_an_entry_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    _planted(monkeypatch, "identity")
    with pytest.raises(TypeError, match="declares no ENTRY"):
        entries("planted", Item)


@pytest.mark.parametrize(
    ("vi", "en", "fault"),
    [
        ("", "Phone", "missing"),
        ("Điện thoại", " ", "missing"),
        ("Phone", "Phone", "no Vietnamese"),
        ("Dien thoai", "Phone", "no Vietnamese"),
        (unicodedata.normalize("NFD", "Điện thoại"), "Phone", "NFC"),
        ("Điện thoại ", "Phone", "blanks"),
        ("Điện\u200b thoại", "Phone", "hidden"),
        ("Ã¡o dÃ i", "Dress", "misread"),
    ],
)
def test_a_planted_bad_title_is_found(vi: str, en: str, fault: str) -> None:
    [found] = bad_titles({"planted": (vi, en)})
    assert fault in found


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"code": "NotFound"}, "no noun.reason"),
        ({"code": "thing.not_found"}, "is that of"),
        ({"status": 200}, "is no refusal"),
        ({"status": 500}, "is no refusal"),
        ({"vi": "Khong tim thay."}, "no Vietnamese"),
        ({"en": ""}, "missing"),
        ({"vi": "Không tìm thấy {name}."}, "different details"),
    ],
)
def test_a_planted_bad_refusal_is_found(changed: dict[str, Any], fault: str) -> None:
    given = {"code": "planted.wrong", "vi": "Không tìm thấy.", "en": "Not found.", "status": 404, **changed}
    wrong = type("Wrong", (SimpleNamespace,), {**given, "__module__": "planted"})
    found = bad_refusals([*ours(), wrong])  # type: ignore[list-item]
    assert [fault in each for each in found] == [True], found
