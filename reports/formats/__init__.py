"""The file types of the office; one file each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from base.registry import entries


@dataclass(frozen=True, slots=True)
class Format:
    """A file type: `write` turns headings and lines into the bytes of a file."""

    code: str
    media_type: str
    write: Callable[[Sequence[str], Iterable[Sequence[Any]], str], bytes]


FORMATS = entries("reports.formats", Format)
