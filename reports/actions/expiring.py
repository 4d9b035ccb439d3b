"""Files are deleted a day after they were made; whatever lies there and belongs to nobody, too."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from base.models import Asker
from reports.models import Export
from reports.queries.exports import ended_exports, kept_files


def expire_exports(*, by: Asker, at: datetime) -> int:
    """Marks what is over, then deletes every file that no living export has; returns how many files went.

    The row first: a file whose row says `ready` is there. A file whose deletion fails goes the next time.
    """
    by.must("keep_house")
    Export.objects.filter(pk__in=ended_exports(at), state="ready").update(state="expired")
    folder = Path(settings.EXPORTS_DIR)
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    gone = sorted(set(names) - kept_files(names))
    for name in gone:
        (folder / name).unlink(missing_ok=True)
    return len(gone)
