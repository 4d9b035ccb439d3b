"""What every answer has in common: health, language, the request id, one log line without a name."""

from __future__ import annotations

import json
import logging

import pytest
from django.db import DatabaseError, OperationalError
from django.test import override_settings

from config import health
from config.logs import JSONLine
from tests.village import an_id, calling


@pytest.mark.django_db
def test_the_house_lives_and_is_ready() -> None:
    assert calling().call("GET", "/health/live").json == {"live": True}
    ready = calling().call("GET", "/health/ready")
    assert (ready.status, ready.json) == (200, {"ready": True, "database": True, "redis": True})
    assert calling().call("POST", "/health/ready").status == 405


@pytest.mark.django_db
@override_settings(REDIS_URL="redis://127.0.0.1:1/0")
def test_without_redis_the_house_goes_on_and_says_so() -> None:
    ready = calling().call("GET", "/health/ready")
    assert (ready.status, ready.json) == (200, {"ready": True, "database": True, "redis": False})


@pytest.mark.django_db
def test_without_postgresql_the_house_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def cursor(self) -> None:
            raise DatabaseError

        def close(self) -> None:
            pass

    monkeypatch.setattr(health, "connection", Gone())
    ready = calling().call("GET", "/health/ready")
    assert (ready.status, ready.json["ready"], ready.json["database"]) == (503, False, False)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "title"),
    [
        (None, "Không tìm thấy."),
        ("vi-VN,vi;q=0.9,en;q=0.5", "Không tìm thấy."),
        ("en-US,en;q=0.9", "Not found."),
        ("fr-FR,en;q=0.8,vi;q=0.7", "Not found."),
        ("fr-FR", "Không tìm thấy."),
        ("*;q=0.1;;,,", "Không tìm thấy."),
    ],
)
def test_vietnamese_unless_the_browser_prefers_english(header: str | None, title: str) -> None:
    answer = calling("an", header).get(f"people/persons/{an_id('thu')}")
    assert (answer.status, answer.json["title"]) == (404, title)
    assert answer.raw.headers["Content-Type"] == "application/problem+json; charset=utf-8"


@pytest.mark.django_db
def test_a_path_that_does_not_exist_is_a_problem_document_too() -> None:
    answer = calling("an").get("nowhere")
    assert (answer.status, answer.json["code"]) == (404, "thing.not_found")


@pytest.mark.django_db
def test_one_log_line_per_request_with_ids_and_no_names(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("request")
    logger.addHandler(caplog.handler)
    try:
        answer = calling("an").get("people/households", q="Lan 0912345678")
    finally:
        logger.removeHandler(caplog.handler)
    assert answer.status == 200
    (record,) = [record for record in caplog.records if record.name == "request"]
    line = json.loads(JSONLine().format(record))
    assert {key: line[key] for key in ("route", "method", "status", "actor", "request")} == {
        "route": "api/v1/people/households",
        "method": "GET",
        "status": 200,
        "actor": str(an_id("an")),
        "request": answer.raw.headers["X-Request-Id"],
    }
    assert line["ms"] >= 0
    assert "Lan" not in JSONLine().format(record)


@pytest.mark.django_db
def test_the_asker_may_name_the_request_but_not_write_into_the_log() -> None:
    mine = "01a203b2-9146-7adb-b51d-3e1854ec8631"
    named = calling().call("GET", "/health/live", headers={"x-request-id": mine})
    assert named.raw.headers["X-Request-Id"] == mine
    for evil in ('a" , "admin": true', "0912345678", "x" * 32):
        other = calling().call("GET", "/health/live", headers={"x-request-id": evil})
        assert other.raw.headers["X-Request-Id"] != evil


@pytest.mark.django_db
def test_an_alarm_tells_where_and_never_what(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*args: object, **kwargs: object) -> None:
        raise ValueError("Nguyễn Thị Lan 0912345678")

    monkeypatch.setattr("people.queries.find_person", broken)
    answer = calling("an").get(f"people/persons/{an_id('lan')}")
    assert (answer.status, answer.json["code"]) == (500, "server.error")
    (record,) = [record for record in caplog.records if record.name == "alarm"]
    line = json.loads(JSONLine().format(record))
    assert line["error"] == "ValueError"
    assert any("people/api" in where for where in line["where"])
    assert "Lan" not in JSONLine().format(record) + answer.raw.content.decode()


@pytest.mark.django_db
def test_postgresql_gone_in_the_middle_is_a_503_that_says_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*args: object, **kwargs: object) -> None:
        raise OperationalError("server closed the connection: password=secret")

    monkeypatch.setattr("people.queries.find_person", gone)
    answer = calling("an").get(f"people/persons/{an_id('lan')}")
    assert (answer.status, answer.json["code"]) == (503, "server.unavailable")
    assert answer.raw.headers["Retry-After"] == "5"
    assert "secret" not in answer.raw.content.decode()


@pytest.mark.django_db
def test_the_api_can_be_tried_and_its_description_read() -> None:
    page = calling().call("GET", "/api/v1/try")
    assert page.status == 200
    assert b"swagger-ui" in page.raw.content
    assert b"://" not in page.raw.content.replace(b"http://www.w3.org", b""), "nothing comes from elsewhere"
    schema = calling().call("GET", "/api/v1/schema")
    assert schema.status == 200
    assert schema.raw.content.startswith(b"openapi: 3.1")
