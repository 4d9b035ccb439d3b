"""The coverage as a file that an office opens by a double click, and that cannot run anything."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from areas.actions import add_hamlets
from base.models import SYSTEM
from checklist.actions import record_observations
from reports.formats import FORMATS
from tests.make import observation
from tests.village import AT, COMMUNE, UPPER, an_id, calling

# A cell is one line: so a cut-off file is told by its last one.
ONE_LINE = str.maketrans("\t\r\n", "   ")


def lines_of(body: bytes) -> list[list[str]]:
    assert body.startswith(b"\xef\xbb\xbf"), "the BOM tells Excel that it is UTF-8"
    return list(csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";"))


@pytest.mark.django_db
def test_the_file_holds_what_the_screen_shows() -> None:
    lan = observation(an_id("lan"), "identity", "level2_active")
    record_observations(by=SYSTEM, observations=[lan], at=AT)
    answer = calling("dung").get("reports/coverage", area=COMMUNE, on="2026-11-22", format="csv")
    assert answer.raw.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.raw.headers["Content-Disposition"] == (
        f'attachment; filename="coverage-{COMMUNE}-2026-11-22.csv"'
    )
    assert answer.raw.headers["Cache-Control"] == "no-store"
    head, *lines = lines_of(answer.raw.content)
    assert head[:6] == ["Mã", "Tên", "Tiêu chí", "Số người thuộc diện", "Đã sẵn sàng", "Tỷ lệ %"]
    upper = next(line for line in lines if line[0] == UPPER and "VNeID" in line[2])
    assert upper[3:12] == ["3", "1", "33,3", "2", "0", "0", "1", "0", "0"]
    assert upper[12] == "22/11/2026"
    screen = calling("dung").get("reports/coverage", area=COMMUNE, on="2026-11-22").json["rows"]
    assert len(lines) == len(screen)


@pytest.mark.django_db
def test_an_english_browser_gets_english_headings_and_a_decimal_point() -> None:
    answer = calling("dung", "en").get("reports/coverage", area=COMMUNE, format="csv")
    head, first, *_ = lines_of(answer.raw.content)
    assert head[3] == "Due (persons)"
    assert first[5] in ("0.0", "")


@pytest.mark.django_db
def test_a_hamlet_named_like_a_formula_stays_text() -> None:
    add_hamlets(by=SYSTEM, commune=COMMUNE, hamlets=[("=1+1 Thôn Ác", "village")], at=AT)
    answer = calling("dung").get("reports/coverage", area=COMMUNE, format="csv")
    names = {line[1] for line in lines_of(answer.raw.content)[1:]}
    assert "'=1+1 Thôn Ác" in names
    assert not any(name.startswith("=") for name in names)


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+84", "-1", "@SUM", "\t=1", "\r=1", "\n=1", " =1", "|1", "%1", "＝1", "＋1", "－1", "＠1"],
)
def test_X_06_every_way_to_begin_a_formula_is_defused(text: str) -> None:
    body = FORMATS["csv"].write(["A"], [[text]], "vi")
    assert lines_of(body)[1][0] == f"'{text}".translate(ONE_LINE)


def test_numbers_and_days_stay_numbers_and_days() -> None:
    body = FORMATS["csv"].write(["A"], [[-1, 33.3, None, date(2026, 1, 31), "Đặng; Hà\n"]], "vi")
    assert lines_of(body)[1] == ["-1", "33,3", "", "31/01/2026", "Đặng; Hà "]


def test_X_06_control_the_writer_of_python_defuses_nothing() -> None:
    file = io.StringIO()
    csv.writer(file, delimiter=";").writerows([["A"], ["=1+1"]])
    assert lines_of(b"\xef\xbb\xbf" + file.getvalue().encode())[1] == ["=1+1"]
