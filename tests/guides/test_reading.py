"""A guide is read by anybody, in the nearest language, and a phone that has it is told 304."""

from __future__ import annotations

from typing import Any

import pytest

from tests.village import calling

pytestmark = pytest.mark.django_db


def test_a_guide_tells_what_to_do_what_one_sees_and_what_to_beware_of() -> None:
    answer = calling().get("guides/activate-vneid")
    assert answer.status == 200
    guide = answer.json
    assert (guide["id"], guide["item"], guide["ways"]) == (
        "activate-vneid:vi:any:1",
        "identity",
        ["activate"],
    )
    assert (guide["valid_until"], guide["checked_on"]) == ("2027-06-30", "2026-11-22")
    assert [step["number"] for step in guide["steps"]] == list(range(1, 8))
    fifth = guide["steps"][4]
    assert fifth == {
        "number": 5,
        "text": "Làm theo từng màn hình của ứng dụng.",
        "detail": "<p>Máy hỏi mã xác nhận thì chính bạn xem tin nhắn và tự bấm vào máy của bạn.</p>",
        "warning": "Không đọc mã xác nhận cho bất kỳ ai, kể cả thành viên Tổ đang ngồi cạnh bạn.",
        "you_see": "",
        "picture": None,
        "picture_alt": "",
        "audio": None,
    }


@pytest.mark.parametrize(
    ("asked", "header", "language", "lang", "named"),
    [
        (None, None, "vi", "vi", "vi"),
        (None, "en-GB,en;q=0.9", "en", "en", "en"),
        ("en", "vi", "en", "en", "en"),
        ("EN-us", None, "en", "en", "en"),
        ("tay", None, "vi", "vi", "tay"),
        ("hmn", None, "vi", "vi", "hmong"),
        ("km", "en", "vi", "vi", "khmer"),
        ("ede", None, "vi", "vi", "ede"),
        ("fr", None, "vi", "vi", "fr"),
    ],
)
def test_the_nearest_language_is_served_and_named(
    asked: str | None, header: str | None, language: str, lang: str, named: str
) -> None:
    query = {"lang": asked} if asked else {}
    for door in ("guides", "guides/avoid-scams", "guides/alerts", "guides/places"):
        answer = calling(language=header).get(door, **query)
        told = answer.json
        assert (told["language"], told["lang"], told["asked"]) == (language, lang, named), door
        assert "Accept-Language" in answer.raw.headers["Vary"]


@pytest.mark.parametrize("path", ["guides/no-such-guide", "guides/..", "guides/media/x.webp"])
def test_what_is_not_there_is_a_problem(path: str) -> None:
    answer = calling().get(path)
    assert (answer.status, answer.json["code"]) == (404, "thing.not_found")
    assert answer.raw.headers["Content-Type"].startswith("application/problem+json")
    assert answer.raw.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("query", "path"),
    [({"platform": "windows"}, "platform"), ({"lang": "x" * 21}, "lang"), ({"language": "en"}, "language")],
)
def test_an_unknown_platform_or_parameter_is_named(query: dict[str, str], path: str) -> None:
    for door in ("guides", "guides/activate-vneid", "guides/bundle"):
        answer = calling().get(door, **query)
        assert (answer.status, answer.json["errors"][0]["path"]) == (400, path)


def test_the_list_has_every_guide_once() -> None:
    told = calling().get("guides", platform="android").json
    slugs = [guide["slug"] for guide in told["results"]]
    assert slugs == sorted(set(slugs))
    assert len(slugs) == 21
    assert told["platform"] == "android"
    assert "steps" not in told["results"][0]


DOORS = ("guides", "guides/activate-vneid", "guides/bundle", "guides/alerts", "guides/places")


@pytest.mark.parametrize("door", DOORS)
def test_who_has_it_is_told_so_for_one_small_query(door: str, django_assert_num_queries: Any) -> None:
    phone = calling()
    first = phone.get(door)
    etag = first.raw.headers["ETag"]
    assert first.status == 200
    with django_assert_num_queries(1):
        again = phone.call("GET", door, headers={"if-none-match": etag})
    assert (again.status, again.raw.content, again.raw.headers["ETag"]) == (304, b"", etag)
    with django_assert_num_queries(1):
        assert phone.call("GET", door, headers={"if-none-match": '"other"'}).status == 200


def test_each_language_and_platform_has_an_etag_of_its_own() -> None:
    tags = {
        calling().get("guides/avoid-scams", lang=lang).raw.headers["ETag"]
        for lang in ("vi", "en", "tay", "fr")
    }
    assert len(tags) == 4


def test_an_alert_tells_how_to_recognise_it_what_to_do_and_where_to_report() -> None:
    alerts = calling().get("guides/alerts").json["results"]
    assert len(alerts) == 7
    assert all(alert[part] for alert in alerts for part in ("title", "text", "recognise", "act", "report"))
    assert all("156" in alert["report"] and "5656" in alert["report"] for alert in alerts)


def test_a_place_tells_what_to_bring_or_where_to_ask() -> None:
    sheets = {sheet["code"]: sheet for sheet in calling().get("guides/places").json["results"]}
    police = sheets["commune_police"]
    assert police["title"] == "Công an xã"
    assert police["fee"] == "Hãy hỏi tại công an xã."
    assert "Điện thoại và SIM đứng tên bạn" in police["bring"]
