"""What a phone may say; one file each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from base.errors import Receipt
from base.models import Asker
from base.registry import entries

__all__ = ["COMMANDS", "Command"]


@dataclass(frozen=True, slots=True)
class Command:
    """A kind of command: `data` has the shape of the door on line, and `apply` is the action behind it."""

    code: str
    order: int  # a batch is applied kind by kind: what others hang on comes first
    shape: type[Struct]
    apply: Callable[[Asker, Sequence[Any], datetime], list[Receipt]]
    # What it hangs on (an id; for a new household the code of its hamlet), and the path upwards of where
    # those that exist are now.
    refers: Callable[[Any], Any]
    homes: Callable[[Collection[Any]], Mapping[Any, tuple[int, ...]]]
    # The ids that exist once it is applied, and for which others may have waited.
    makes: Callable[[Any], Sequence[UUID]]
    # The field with the instant at which it was done, by the phone's clock.
    instant: str = ""


COMMANDS = entries("sync.commands", Command)
