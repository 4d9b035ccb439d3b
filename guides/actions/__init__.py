"""Changing guides: the house loads, editors write, another editor publishes, readers tell what worked."""

from guides.actions.content import load_content
from guides.actions.feedback import TooOften, count_feedback
from guides.actions.publishing import (
    Expired,
    NoDraft,
    SameEyes,
    begin_version,
    publish,
    save_draft,
    withdraw,
)

__all__ = [
    "Expired",
    "NoDraft",
    "SameEyes",
    "TooOften",
    "begin_version",
    "count_feedback",
    "load_content",
    "publish",
    "save_draft",
    "withdraw",
]
