"""One entry per module of a folder, and plugs named in the settings.

Adding something to the house is adding one file: the module declares `ENTRY`.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache
from typing import Any, Protocol, TypeVar, cast


class Coded(Protocol):
    """What every entry of a registry has."""

    @property
    def code(self) -> str: ...


E = TypeVar("E", bound=Coded)


def entries(package: str, kind: type[E]) -> dict[str, E]:
    """The `ENTRY` of every module in `package`, by code, in order of module name.

    Raises TypeError for a module without an ENTRY of that kind, ValueError for a code used twice.
    """
    folder = importlib.import_module(package)
    found: dict[str, E] = {}
    for module_info in sorted(pkgutil.iter_modules(folder.__path__), key=lambda m: m.name):
        module = importlib.import_module(f"{package}.{module_info.name}")
        entry = getattr(module, "ENTRY", None)
        if not isinstance(entry, kind):
            raise TypeError(f"{module.__name__} declares no ENTRY of kind {kind.__name__}")
        if entry.code in found:
            raise ValueError(f"the code {entry.code!r} is declared twice in {package}")
        found[entry.code] = entry
    return found


_PLUGS: dict[str, str] = {}


def plug_in(plugs: dict[str, str]) -> None:
    """Names the functions that lower rooms reach by `plug`; the settings call it once."""
    _PLUGS.update(plugs)


@cache
def plug(name: str) -> Callable[..., Any]:
    """The function plugged in under `name` ("people.standings").

    A lower room reaches an upper one through a plug only, so imports keep going down.
    """
    module, _, attribute = _PLUGS[name].rpartition(".")
    return cast(Callable[..., Any], getattr(importlib.import_module(module), attribute))


def plugged(name: str) -> Callable[..., Any] | None:
    """The same where a plug may be left empty: None then."""
    return plug(name) if name in _PLUGS else None
