"""The checklist itself: public, in two languages, and kept by phones until it changes."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from checklist.items import ITEMS
from tests.village import calling

pytestmark = pytest.mark.django_db
DOOR = "checklist/items"


def test_everybody_reads_the_items_in_both_languages() -> None:
    reply = calling().get(DOOR)
    assert reply.status == 200
    assert [item["code"] for item in reply.json["results"]] == list(ITEMS)
    assert reply.json["next"] is None
    payment = reply.json["results"][1]
    assert payment == {
        "code": "payment",
        "title_vi": "Tài khoản thanh toán số",
        "title_en": "Digital payment account",
        "pillar": True,
        "due_age": 15,
        "ready_from": "has",
        "expires": False,
        "states": [
            {"code": "none", "title_vi": "Chưa có", "title_en": "None"},
            {"code": "in_progress", "title_vi": "Đang làm thủ tục", "title_en": "In progress"},
            {"code": "has", "title_vi": "Đã có", "title_en": "Has one"},
        ],
        "kinds": [
            {"code": "bank_account", "title_vi": "Tài khoản ngân hàng", "title_en": "Bank account"},
            {"code": "e_wallet", "title_vi": "Ví điện tử", "title_en": "E-wallet"},
            {"code": "mobile_money", "title_vi": "Mobile Money", "title_en": "Mobile Money"},
            {"code": "unspecified", "title_vi": "Chưa rõ loại", "title_en": "Kind not stated"},
        ],
        "requires": [
            {"item": "chip_card", "state": "valid", "for_kind": "bank_account", "to_reach": ""},
            {"item": "chip_card", "state": "valid", "for_kind": "e_wallet", "to_reach": ""},
            {"item": "own_sim", "state": "own", "for_kind": "mobile_money", "to_reach": ""},
        ],
        "guides": ["choose-payment-account", "open-bank-account", "open-mobile-money"],
    }


def test_every_item_state_and_kind_has_a_title_in_both() -> None:
    for item in calling().get(DOOR).json["results"]:
        for thing in (item, *item["states"], *item["kinds"]):
            assert thing["title_vi"], thing
            assert thing["title_en"], thing


def test_it_may_be_kept_and_costs_no_statement() -> None:
    with CaptureQueriesContext(connection) as statements:
        headers = calling().get(DOOR).raw.headers
    assert len(statements) == 0
    assert headers["Cache-Control"] == "public, max-age=300"
    assert headers["Content-Type"] == "application/json"


@pytest.mark.parametrize("known", ["{}", "W/{}", '"old", {}', "*", '"old",W/{}'])
def test_a_phone_that_has_it_is_told_so_in_no_bytes(known: str) -> None:
    etag = calling().get(DOOR).raw.headers["ETag"]
    reply = calling().call("GET", DOOR, headers={"if-none-match": known.format(etag)})
    assert (reply.status, reply.raw.content) == (304, b"")
    assert reply.raw.headers["ETag"] == etag


@pytest.mark.parametrize("known", ['"old"', "", "rubbish", '"', "W/", '"a", "b"'])
def test_a_phone_that_has_another_gets_it(known: str) -> None:
    assert calling().call("GET", DOOR, headers={"if-none-match": known}).status == 200


def test_the_same_bytes_serve_both_languages() -> None:
    vi, en = calling(language="vi").get(DOOR).raw, calling(language="en").get(DOOR).raw
    assert (vi.content, vi.headers["ETag"]) == (en.content, en.headers["ETag"])


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nobody_writes_the_items(method: str) -> None:
    assert calling("giang").call(method, DOOR, {}).status == 405


def test_a_stale_token_does_not_keep_anybody_from_the_public_doors() -> None:
    assert calling("revoked").get(DOOR).status == 200
    assert calling("revoked").post("checklist/self-check", {"age": 40}).status == 200


def test_an_unknown_parameter_is_refused() -> None:
    assert calling().get(DOOR, sort="title").status == 400
