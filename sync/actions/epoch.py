"""The epoch of the feeds: another one tells phones that the server went back to a backup."""

from __future__ import annotations

from uuid import UUID

from base.models import Asker, new_id
from sync.models import Epoch


def begin_epoch(*, by: Asker) -> UUID:
    """Begins a new epoch and returns its id: every phone reads anew from the start with its next pull, and
    offers its acknowledged work again."""
    by.must("keep_house")
    begun = new_id()
    Epoch.objects.update(id=begun)
    return begun
