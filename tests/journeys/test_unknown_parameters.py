"""What a door does not know it refuses by name: parameters, and bodies where none is expected."""

from __future__ import annotations

import pytest

from base.models import new_id
from tests.village import COMMUNE, an_id, calling

pytestmark = pytest.mark.django_db

READING = [
    "accounts/me",
    "accounts/devices",
    "accounts/posts",
    "areas",
    f"areas/{COMMUNE}",
    "checklist/items",
    "guides",
    "guides/activate-vneid",
    "guides/bundle",
    "guides/alerts",
    "guides/places",
    f"checklist/persons/{an_id('lan')}/observations",
    f"checklist/persons/{an_id('lan')}/readiness",
    f"checklist/households/{an_id('nguyen')}/readiness",
    "people/households",
    f"people/households/{an_id('nguyen')}",
    f"people/households/{an_id('nguyen')}/persons",
    f"people/persons/{an_id('lan')}",
    f"reports/coverage?area={COMMUNE}",
    "sync/pull",
    "sync/receipts",
    "sync/held",
    "sync/devices",
]


@pytest.mark.parametrize("path", READING)
def test_reading_doors_know_their_parameters(path: str) -> None:
    dung = calling("dung")
    assert dung.call("GET", path).status == 200
    for unknown in ("owner__password__startswith=p", "full_name=Lan", "limitt=3", "__class__=1"):
        name = unknown.split("=")[0]
        answer = dung.call("GET", f"{path}{'&' if '?' in path else '?'}{unknown}")
        assert (answer.status, [error["path"] for error in answer.json["errors"]]) == (400, [name])
        assert answer.json["errors"][0]["message"] == "Không có trường này."


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_writing_doors_take_no_parameters(method: str) -> None:
    path = {"POST": "checklist/observations", "PATCH": f"people/persons/{an_id('lan')}"}
    answer = calling("dung").call(method, f"{path.get(method, 'accounts/devices/1')}?force=1", {})
    assert (answer.status, answer.json["errors"][0]["path"]) == (400, "force")


@pytest.mark.parametrize("step", ["apply", "undo"])
def test_a_body_where_none_is_expected(step: str) -> None:
    dung = calling("dung")
    path = f"people/imports/{new_id()}/{step}"
    assert dung.post(path).status == 404
    answer = dung.post(path, {"force": True})
    assert (answer.status, answer.json["errors"][0]["path"]) == (400, "force")
