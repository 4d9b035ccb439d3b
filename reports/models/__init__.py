"""What the office keeps: exports, who opened them, the timetable of reports, targets, figures of then."""

from reports.models.exports import Export, Opening
from reports.models.figures import Period, PeriodFigure, Snapshot, SnapshotDay, Target
from reports.models.releases import Release
from reports.models.schedules import Schedule

__all__ = [
    "Export",
    "Opening",
    "Period",
    "PeriodFigure",
    "Release",
    "Schedule",
    "Snapshot",
    "SnapshotDay",
    "Target",
]
