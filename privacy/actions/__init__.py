"""What can be done for the data subject."""

from privacy.actions.breaches import close_breach, open_breach, raise_breach_alarms, write_notice
from privacy.actions.codes import issue_code, open_code, view_oneself
from privacy.actions.erasing import forget, lift, replay_erasures, restrict
from privacy.actions.requests import (
    answer_request,
    end_request,
    extend_request,
    file_request,
    follow_withdrawals,
    open_request,
    raise_alarms,
)
from privacy.actions.retaining import keep_limits

__all__ = [
    "answer_request",
    "close_breach",
    "end_request",
    "extend_request",
    "file_request",
    "follow_withdrawals",
    "forget",
    "issue_code",
    "keep_limits",
    "lift",
    "open_breach",
    "open_code",
    "open_request",
    "raise_alarms",
    "raise_breach_alarms",
    "replay_erasures",
    "restrict",
    "view_oneself",
    "write_notice",
]
