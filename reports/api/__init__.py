"""The doors of reports."""

from reports.api.charts import CoverageChart, CoveragePicture, TrendChart, TrendPicture
from reports.api.coverage import CoverageDoor
from reports.api.exports import ApproveExport, ExportFile, Exports, OneExport, RefuseExport
from reports.api.periods import PeriodsDoor
from reports.api.public import PublicCoverage, PublicManifest
from reports.api.schedules import OneSchedule, Schedules
from reports.api.tables import NoTableDoor, RegisterDoor, door_of
from reports.api.targets import TargetImportDoor, TargetsDoor
from reports.tables import TABLES

# The coverage has a door of its own shape; the register is asked for with a reason; targets are set, too.
_OWN = ("coverage", "register", "targets")
TABLE_DOORS = {code: door_of(table) for code, table in TABLES.items() if code not in _OWN}

__all__ = [
    "TABLE_DOORS",
    "ApproveExport",
    "CoverageChart",
    "CoverageDoor",
    "CoveragePicture",
    "ExportFile",
    "Exports",
    "NoTableDoor",
    "OneExport",
    "OneSchedule",
    "PeriodsDoor",
    "PublicCoverage",
    "PublicManifest",
    "RefuseExport",
    "RegisterDoor",
    "Schedules",
    "TargetImportDoor",
    "TargetsDoor",
    "TrendChart",
    "TrendPicture",
]
