"""What the stories of the figures have in common: telling what was seen, and reading a table."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from base.models import SYSTEM
from checklist.actions import record_observations
from tests.make import observation
from tests.village import AT, COMMUNE, TODAY, an_id, calling


def tell(*said: tuple[str, str, str, dict[str, Any]], at: datetime = AT) -> None:
    """Records what was said about persons of the village."""
    observations = [observation(an_id(who), item, state, **more) for who, item, state, more in said]
    assert {r.state for r in record_observations(by=SYSTEM, observations=observations, at=at)} == {"applied"}


def table(code: str, name: str = "dung", language: str | None = None, **query: str) -> Any:
    """The answer of a table's door for the commune on the day of the village, unless said otherwise."""
    asked = {"area": COMMUNE, "on": TODAY.isoformat(), **query}
    answer = calling(name, language).get(f"reports/{code}", **asked)
    assert answer.status == 200, answer.json
    return answer.json


def rows(found: Any, **where: Any) -> list[dict[str, Any]]:
    """The rows that hold these values."""
    return [row for row in found["rows"] if all(row[name] == value for name, value in where.items())]


def only(found: Any, **where: Any) -> dict[str, Any]:
    """The one row that holds these values."""
    [row] = rows(found, **where)
    return row
