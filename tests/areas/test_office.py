"""The office looks at the tree in the admin site, in Vietnamese, and corrects a hamlet's name there."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from areas.actions import add_hamlets
from areas.models import Area
from base.models import SYSTEM
from tests.areas.cast import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Client:
    """The browser of somebody who keeps the house."""
    users: Any = get_user_model()._default_manager
    client = Client()
    client.force_login(users.create_superuser(phone="+84912999999", password=None, full_name="Văn phòng"))
    return client


@pytest.fixture
def hamlet(commune: Area) -> Area:
    """Thôn Nước Lui in Xã Ba Tơ, beside Thôn Làng Dút."""
    names = [("Thôn Nước Lui", "village"), ("Thôn Làng Dút", "village")]
    return add_hamlets(by=SYSTEM, commune=commune, hamlets=names, at=AT)[0]


def page(office: Client, path: str, **headers: str) -> str:
    response = office.get(f"/admin/areas/{path}", headers=headers)
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("term", ["ba to", "Ba Tơ", "21484"])
def test_the_list_is_searched_by_name_or_code(office: Client, term: str) -> None:
    assert "Xã Ba Tơ" in page(office, f"area/?q={term}&level=commune&open=yes")


def test_the_columns_are_vietnamese_or_english(office: Client) -> None:
    vietnamese, english = page(office, "area/"), page(office, "area/", accept_language="en")
    assert "ngày cuối còn hiệu lực" in vietnamese.casefold()
    assert "last day in force" in english.casefold()
    assert "xã, phường, đặc khu" in vietnamese


def test_the_other_tables_can_be_looked_at(office: Client) -> None:
    assert "Xã Trảng Bom" in page(office, "formername/")
    assert "2025" in page(office, "succession/?q=00019")


def test_a_list_costs_as_many_queries_however_long(
    office: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(8):
        page(office, "area/?q=ba&open=yes")


def test_a_hamlet_s_name_is_corrected_with_its_keys(office: Client, hamlet: Area) -> None:
    path = f"/admin/areas/area/{hamlet.pk}/change/"
    saved = office.post(path, {"name": " Thôn  Nước Lùi", "kind": "village"})
    assert saved.status_code == 302
    after = Area.objects.get(pk=hamlet.pk)
    assert (after.name, after.exact_key, after.code) == ("Thôn Nước Lùi", "thôn nước lùi", hamlet.code)


@pytest.mark.parametrize("name", ["Thôn Làng Dút", "Thôn \u202eLui", ""])
def test_what_the_action_refuses_the_site_refuses(office: Client, hamlet: Area, name: str) -> None:
    response = office.post(f"/admin/areas/area/{hamlet.pk}/change/", {"name": name, "kind": "village"})
    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    assert Area.objects.get(pk=hamlet.pk).name == "Thôn Nước Lui"


def test_an_official_unit_is_never_changed_added_or_deleted_here(office: Client, commune: Area) -> None:
    change = f"/admin/areas/area/{commune.pk}/change/"
    assert office.get(change).status_code == 200
    assert office.post(change, {"name": "Xã Khác", "kind": "commune"}).status_code == 403
    assert office.get("/admin/areas/area/add/").status_code == 403
    assert office.get(f"/admin/areas/area/{commune.pk}/delete/").status_code == 403
    assert Area.objects.get(pk=commune.pk).name == "Xã Ba Tơ"
