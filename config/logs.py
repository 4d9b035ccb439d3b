"""How a log line leaves the process: JSON, with named keys only."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import msgspec

# What no line of ours tells need not be found out for each (the logging HOWTO, "Optimization"): finding the
# caller alone cost more than the rest of a line.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
logging._srcfile = None

KEYS = ("route", "method", "status", "ms", "actor", "request", "error", "where")


class JSONLine(logging.Formatter):
    """Only the keys named above and the message leave the process; values of a request never do."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line.update({key: getattr(record, key) for key in KEYS if hasattr(record, key)})
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
        return msgspec.json.encode(line).decode()
