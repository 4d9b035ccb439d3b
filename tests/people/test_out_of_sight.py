"""What lies outside one's hamlets does not exist: the same bytes as for an id that never was."""

from __future__ import annotations

from typing import Any

import pytest

from tests import poison
from tests.people.doing import person
from tests.village import an_id, calling

pytestmark = pytest.mark.django_db
EDIT_HOUSE = {"base": {"address": ""}, "set": {"address": "x"}}
EDIT_PERSON = {"base": {"sex": "unknown"}, "set": {"sex": "male"}}
DOORS: list[tuple[str, str, str, Any]] = [
    ("GET", "people/households/{}", "le", None),
    ("PATCH", "people/households/{}", "le", EDIT_HOUSE),
    ("GET", "people/households/{}/persons", "le", None),
    ("POST", "people/households/{}/persons", "le", person()),
    ("GET", "people/persons/{}", "thu", None),
    ("PATCH", "people/persons/{}", "thu", EDIT_PERSON),
]


@pytest.mark.parametrize(("method", "path", "whose", "body"), DOORS)
@pytest.mark.parametrize("who", ["an", "dung"])
def test_the_other_commune_does_not_exist(who: str, method: str, path: str, whose: str, body: Any) -> None:
    caller, before = calling(who), poison.stored()
    there, never = (caller.call(method, path.format(an_id(name)), body) for name in (whose, "never was"))
    assert (there.status, there.raw.content) == (404, never.raw.content)
    headers = [{**reply.raw.headers, "X-Request-Id": ""} for reply in (there, never)]
    assert headers[0] == headers[1]
    assert poison.stored() == before


@pytest.mark.parametrize(("method", "path", "whose", "body"), DOORS)
def test_for_who_works_there_it_does(method: str, path: str, whose: str, body: Any) -> None:
    """The control."""
    if "address" in (body or {}).get("base", {}):
        body = {"base": {"address": "Canary 7"}, "set": {"address": "x"}}
    assert calling("khanh").call(method, path.format(an_id(whose)), body).status in (200, 201)


@pytest.mark.parametrize("who", ["an", "binh", "chi", "dung", "lien"])
def test_no_list_and_no_search_tells_of_the_canary(who: str) -> None:
    for query in ({}, {"q": "canary"}, {"q": "thu"}, {"area": "00004-01"}, {"area": "00004"}):
        reply = calling(who).get("people/households", **query)
        assert reply.status == 200
        assert b"anary" not in reply.raw.content


def test_a_neighbour_hamlet_of_the_same_commune_is_out_of_sight_too() -> None:
    assert calling("an").get(f"people/persons/{an_id('tam')}").status == 404
    assert calling("dung").get(f"people/persons/{an_id('tam')}").status == 200


def test_personal_data_is_never_kept_in_a_cache() -> None:
    for path in (f"people/persons/{an_id('lan')}", "people/households", f"people/persons/{an_id('thu')}"):
        assert calling("an").get(path).raw.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "path",
    ["people/households/x", "people/persons/00000000", "people/persons/%00", "people/imports/x/apply",
     "people/persons/" + "f" * 32, "people/persons/..%2f..%2faccounts", "people/persons/" + "9" * 5000],
)  # fmt: skip
def test_an_id_that_is_none_is_not_found(path: str) -> None:
    for method in ("GET", "PATCH", "POST"):
        reply = calling("dung").call(method, path, {})
        assert reply.status == 404
        poison.refused(reply, path)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE", "PROPFIND"])
def test_no_person_is_deleted_or_replaced(method: str) -> None:
    for path in (
        f"people/persons/{an_id('lan')}",
        f"people/households/{an_id('nguyen')}",
        "people/households",
    ):
        assert calling("dung").call(method, path, {}).status == 405
