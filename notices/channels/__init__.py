"""The ways out of the house for a notice; one file each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from base.registry import entries


@dataclass(frozen=True, slots=True)
class Message:
    """A notice in words: to whom (an address of the channel, "" where it needs none), and what."""

    notice_id: int
    address: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Channel:
    """`send` carries one message, or raises whatever keeps it from doing so."""

    code: str
    send: Callable[[Message], None]


CHANNELS = entries("notices.channels", Channel)
