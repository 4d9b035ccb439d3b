"""Changing what the office keeps."""

from reports.actions.asking import approve_export, refuse_export, request_export
from reports.actions.building import build_export
from reports.actions.expiring import expire_exports
from reports.actions.forgetting import drop_reasons, forget_files
from reports.actions.opening import Opened, link_of, open_file
from reports.actions.publishing import publish_figures
from reports.actions.scheduling import end_schedule, run_schedule, set_schedule

__all__ = [
    "Opened",
    "approve_export",
    "build_export",
    "drop_reasons",
    "end_schedule",
    "expire_exports",
    "forget_files",
    "link_of",
    "open_file",
    "publish_figures",
    "refuse_export",
    "request_export",
    "run_schedule",
    "set_schedule",
]
