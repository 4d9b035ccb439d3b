"""The areas over HTTP: anybody reads them, an area admin adds a hamlet."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIRequestFactory, force_authenticate

from areas.actions import add_hamlets
from areas.api import Decisions, Hamlets, OfficeHotline, OneDecision
from areas.models import Area
from areas.urls import urlpatterns
from base.models import SYSTEM
from tests.areas.cast import AT, Admin
from tests.village import calling

pytestmark = pytest.mark.django_db
BA_TO = {
    "code": "21484",
    "name": "Xã Ba Tơ",
    "level": "commune",
    "kind": "commune",
    "parent": "51",
    "open_from": "2025-07-01",
    "closed_on": None,
}
ONE = {**BA_TO, "hotline": None}


def get(path: str, **headers: str) -> Any:
    return Client().get(f"/api/v1/areas{path}", headers=headers)


def post(code: str, body: Any, by: Any) -> Any:
    request = APIRequestFactory().post("/", json.dumps(body), content_type="application/json")
    force_authenticate(request, user=by)
    response = Hamlets.as_view()(request, code=code)
    if hasattr(response, "render"):
        response.render()
    return response.status_code, json.loads(response.content)


def test_anybody_reads_one_area(commune: Area) -> None:
    response = get("/21484")
    assert response.json() == ONE
    assert response.headers["Cache-Control"] == "public, max-age=300"


def test_a_list_is_exact(commune: Area) -> None:
    assert get("?parent=51&q=ba%20t%C6%A1").json() == {"results": [BA_TO], "next": None}
    provinces = get("?level=province").json()
    assert (len(provinces["results"]), provinces["next"]) == (34, None)
    assert {province["parent"] for province in provinces["results"]} == {None}


def test_pages_follow_one_another_without_gap_or_repeat(commune: Area) -> None:
    names = [(f"Thôn {n}", "village") for n in range(1, 251)]
    add_hamlets(by=SYSTEM, commune=commune, hamlets=names, at=AT)
    seen: list[str] = []
    path, pages = "?parent=21484", 0
    while path:
        page = get(path).json()
        seen += [area["name"] for area in page["results"]]
        path, pages = page["next"] and f"?parent=21484&cursor={page['next']}", pages + 1
    assert (seen, pages) == ([name for name, _ in names], 3)


def test_a_page_costs_as_many_queries_with_one_row_as_with_fifty(
    commune: Area, django_assert_num_queries: Any
) -> None:
    for names in (["Thôn 0"], [f"Thôn {n}" for n in range(1, 50)]):
        add_hamlets(by=SYSTEM, commune=commune, hamlets=[(name, "village") for name in names], at=AT)
        with django_assert_num_queries(2):
            get("?parent=21484")


def test_a_phone_that_holds_the_same_bytes_gets_none(commune: Area) -> None:
    for path in ("/21484", "?parent=51"):
        etag = get(path).headers["ETag"]
        again = get(path, if_none_match=etag)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    Area.objects.filter(pk=commune.pk).update(name="Xã Ba Tơ Mới")
    assert get("/21484", if_none_match=etag).status_code == 200


def test_a_closed_unit_needs_a_day(commune: Area) -> None:
    Area.objects.filter(pk=commune.pk).update(closed_on="2026-10-31")
    unknown = get("/21484")
    assert (unknown.status_code, unknown.json()["code"]) == (404, "area.unknown")
    assert unknown.headers["Cache-Control"] == "no-store"
    assert get("/21484?as_of=2026-10-31").json() == {**ONE, "closed_on": "2026-10-31"}
    assert get("?q=ba%20t%C6%A1&as_of=2026-10-31").json()["results"] == [{**BA_TO, "closed_on": "2026-10-31"}]
    assert get("?q=ba%20t%C6%A1").json()["results"] == []


def test_an_old_day_shows_the_old_tree() -> None:
    assert get("/001?as_of=2025-06-30").json() == {
        "code": "001",
        "name": "Quận Ba Đình",
        "level": "district",
        "kind": "urban_district",
        "parent": "01",
        "open_from": "2004-07-08",
        "closed_on": "2025-06-30",
        "hotline": None,
    }
    trang_bom = get("/26248?as_of=2026-04-29").json()
    assert (trang_bom["name"], trang_bom["kind"]) == ("Xã Trảng Bom", "commune")


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("?as_of=yesterday", 400, "as_of"),
        ("?as_of=2025-02-30", 400, "as_of"),
        ("/21484?as_of=", 400, "as_of"),
        ("/21484?level=commune", 400, "level"),
        ("?level=village", 400, "level"),
        ("?cursor=x", 400, "cursor"),
        ("?colour=red", 400, "colour"),
        ("?q=" + "x" * 101, 400, "q"),
        ("?q=%00", 400, "q"),
        ("?q=a&q=b", 400, "q"),
        ("?parent=99", 404, "parent"),
        ("?parent=%F0%9F%8F%A1", 404, "parent"),
        ("/%F0%9F%8F%A1", 404, None),
        ("/00", 404, None),
    ],
)
def test_a_wrong_question_is_told_its_field(commune: Area, path: str, status: int, field: str | None) -> None:
    response = get(path)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json; charset=utf-8"
    assert [error["path"] for error in response.json()["errors"]] == ([field] if field else [])


def test_the_refusal_speaks_vietnamese_or_english(commune: Area) -> None:
    assert get("/00").json()["title"] == "Không tìm thấy địa bàn này."
    assert get("/00", accept_language="en-GB").json()["title"] == "There is no such area."


def test_an_area_admin_adds_a_hamlet(commune: Area) -> None:
    status, body = post("21484", {"name": " Thôn  Nước Lui", "kind": "village"}, Admin(commune))
    opened = body.pop("open_from")
    assert (status, body) == (
        201,
        {
            "code": "21484-01",
            "name": "Thôn Nước Lui",
            "level": "hamlet",
            "kind": "village",
            "parent": "21484",
            "closed_on": None,
        },
    )
    assert get("/21484-01").json() == {**body, "open_from": opened, "hotline": None}


def test_adding_needs_a_sign_in(commune: Area) -> None:
    body = {"name": "Thôn 1", "kind": "village"}
    response = Client().post("/api/v1/areas/21484/hamlets", body, content_type="application/json")
    assert (response.status_code, Area.objects.filter(parent=commune).count()) == (401, 0)


@pytest.mark.parametrize(
    ("who", "status"), [("dung", 201), ("giang", 201), ("hai", 404), ("an", 403), ("binh", 403)]
)
def test_who_may_add_a_hamlet_to_the_village_s_commune(who: str, status: int) -> None:
    reply = calling(who).post("areas/00454/hamlets", {"name": "Thôn Trung", "kind": "village"})
    assert reply.status == status
    assert Area.objects.filter(name="Thôn Trung").count() == (status == 201)


def test_outside_one_s_area_the_answer_is_that_of_a_commune_that_never_was(neighbour: Area) -> None:
    body = {"name": "Thôn 1", "kind": "village"}
    theirs, none = post("21484", body, Admin(neighbour)), post("99999", body, Admin(neighbour))
    assert theirs == none
    assert (theirs[0], theirs[1]["code"]) == (404, "area.unknown")


@pytest.mark.parametrize(
    ("body", "status", "path"),
    [
        ({"name": "Thôn 1"}, 400, "kind"),
        ({"name": "Thôn 1", "kind": "thôn"}, 400, "kind"),
        ({"name": "", "kind": "village"}, 400, "name"),
        ({"name": " \u3000 ", "kind": "village"}, 400, "name"),
        ({"name": "x" * 101, "kind": "village"}, 400, "name"),
        ({"name": "Thôn\u202e1", "kind": "village"}, 400, "name"),
        ({"name": "Thôn\n1", "kind": "village"}, 400, "name"),
        ({"name": ["Thôn 1"], "kind": "village"}, 400, "name"),
        ({"name": "Thôn 1", "kind": "village", "code": "21484-07"}, 400, "code"),
        ({"name": "thôn có sẵn", "kind": "village"}, 409, "name"),
    ],
)
def test_a_wrong_hamlet_is_told_its_field(commune: Area, body: Any, status: int, path: str) -> None:
    add_hamlets(by=SYSTEM, commune=commune, hamlets=[("Thôn có sẵn", "village")], at=AT)
    answered, problem = post("21484", body, Admin(commune))
    assert (answered, [error["path"] for error in problem["errors"]]) == (status, [path])
    assert Area.objects.filter(parent=commune).count() == 1


def test_the_doors_are_documented_without_a_warning(monkeypatch: pytest.MonkeyPatch) -> None:
    # How one signs in is documented by the accounts.
    monkeypatch.setattr(Hamlets, "authentication_classes", [])
    for door in (OfficeHotline, Decisions, OneDecision):
        monkeypatch.setattr(door, "authentication_classes", [])
    GENERATOR_STATS.reset()
    schema = SchemaGenerator(patterns=urlpatterns).get_schema(request=None, public=True)
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    assert {operation["operationId"] for path in schema["paths"].values() for operation in path.values()} == {
        "areas_list",
        "areas_read",
        "decide_basis",
        "end_basis",
        "list_bases",
        "hamlets_add",
        "set_hotline",
    }
