"""The log of the house, for who has no mailbox: the reader finds the notice by GET /api/v1/notices."""

from __future__ import annotations

import logging

from notices.channels import Channel, Message

log = logging.getLogger("notices")


def _send(message: Message) -> None:
    """The number of the notice and nothing of its words."""
    log.info("notice %d is there to be read", message.notice_id)


ENTRY = Channel(code="console", send=_send)
