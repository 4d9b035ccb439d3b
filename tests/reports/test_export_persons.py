"""Files that name persons: a reason, a mark in every row, and beyond fifty a second person who agrees."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from typing import Any
from uuid import uuid4

import openpyxl
import pytest
from django.conf import settings

from accounts.models import AccessNote
from notices.models import Notice
from reports.actions import building
from reports.actions.paper import paper_of
from reports.formats import FORMATS
from reports.models import Export
from reports.queries.copying import count_rows
from reports.queries.exports import exports_marked
from reports.rules.exports import MOST_ON_ONE_WORD, mark_of
from reports.rules.papers import Named, Paper, Seal
from reports.rules.sheets import Cut
from reports.tables import TABLES
from tests.reports.exporting import ask, build_all, folder, made, table_of
from tests.village import AT, UPPER, actor, an_id, calling

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("folder")]
__all__ = ["folder"]
REASON = "Lập danh sách mời dự tập huấn"


def names(body: bytes) -> list[list[str]]:
    lines = csv.reader(io.StringIO(body.decode("utf-8-sig")), delimiter=";")
    return [line for line in lines if line[0] != "#"][1:]


def a_list(name: str = "dung", rows: int = 3, **more: Any) -> tuple[Export, bytes]:
    with table_of(rows):
        told, body = made(calling(name), table="people_here", reason=REASON, **more)
    return Export.objects.get(pk=told["id"]), body


@pytest.mark.parametrize("more", [{}, {"reason": "vì"}, {"reason": "   a b c   "}])
def test_X_07_without_a_reason_there_is_no_list(more: dict[str, str]) -> None:
    with table_of(3):
        reply = ask(calling("dung"), table="people_here", **more)
    assert (reply.status, reply.json["code"]) == (400, "export.reason_needed")


def test_X_05_the_list_tells_who_asked_why_and_marks_each_row() -> None:
    export, body = a_list()
    text = body.decode()
    assert "Người yêu cầu;Dung" in text
    assert f"Lý do;{REASON}" in text
    assert export.serial in text
    rows = names(body)
    assert [row[0] for row in rows] == ["'=Người 0", "'=Người 1", "'=Người 2"]
    marks = [row[-1] for row in rows]
    assert len(set(marks)) == 3
    assert all(len(mark) == 10 for mark in marks)
    assert str(an_id("p0")) not in text, "the row's own id stays in the house"


def test_X_05_a_row_found_somewhere_names_the_file_it_left_by() -> None:
    exports = [a_list(name) for name in ("dung", "giang", "dung")]
    key = settings.SECRET_KEY.encode()
    for export, body in exports:
        for n, row in enumerate(names(body)):
            assert exports_marked(row[-1], str(an_id(f"p{n}")), key) == [export.pk]
    assert exports_marked(names(exports[0][1])[0][-1], str(an_id("p1")), key) == []


def test_X_05_among_a_thousand_exports_a_mark_names_one() -> None:
    key, exports = b"a key", [uuid4() for _ in range(1000)]
    marks = {mark_of(key, export, "p7") for export in exports}
    assert len(marks) == 1000
    assert marks.isdisjoint(mark_of(key, export, "p8") for export in exports)
    assert marks.isdisjoint(mark_of(b"another key", export, "p7") for export in exports)


def many() -> tuple[Export, Any]:
    """An export that a second person must agree to, and who asked for it."""
    dung = calling("dung")
    told = ask(dung, table="people_here", reason=REASON).json
    build_all()
    return Export.objects.get(pk=told["id"]), dung


def test_X_07_up_to_fifty_leave_on_one_word_and_more_wait_for_a_second() -> None:
    assert a_list(rows=MOST_ON_ONE_WORD)[0].rows == MOST_ON_ONE_WORD
    with table_of(MOST_ON_ONE_WORD + 1):
        export, dung = many()
        assert (export.state, export.for_approval) == ("waiting", True)
        asked = Notice.objects.filter(kind="file_to_approve", subject=export.pk)
        assert [notice.to_id for notice in asked] == [an_id("giang")], "never the asker himself"
        assert build_all() == []
        path = f"reports/exports/{export.pk}/approve"
        assert dung.post(path).json["code"] == "export.four_eyes"
        for name, status in (("an", 403), ("binh", 404), ("hai", 404), ("lien", 403)):
            assert calling(name).post(path).status == status, name
        assert calling("giang").get(f"reports/exports/{export.pk}").json["reason"] == REASON
        assert calling("giang").post(path).json["for_approval"] is False
        assert build_all() == [True]
    export.refresh_from_db()
    assert (export.state, export.approver_id, export.rows) == ("ready", an_id("giang"), MOST_ON_ONE_WORD + 1)
    giang = calling("giang").get(f"reports/exports/{export.pk}").json
    assert giang["file"] is None, "who agrees does not take it"
    body = dung.get(dung.get(f"reports/exports/{export.pk}").json["file"]).body
    assert "Người duyệt;Giang" in body.decode()


def test_a_list_that_is_refused_is_never_made() -> None:
    with table_of(MOST_ON_ONE_WORD + 1):
        export, dung = many()
        assert calling("giang").post(f"reports/exports/{export.pk}/refuse").json["state"] == "failed"
        assert build_all(export.due_at) == []
        assert calling("giang").post(f"reports/exports/{export.pk}/approve").json["state"] == "failed"
    told = dung.get(f"reports/exports/{export.pk}").json
    assert (told["state"], told["failure"]["code"]) == ("failed", "export.refused")
    [notice] = Notice.objects.filter(to=an_id("dung"))
    assert notice.kind == "file_failed"


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf", "docx"])
@pytest.mark.parametrize("table", ["register", "follow_up"])
def test_the_real_lists_go_into_every_type(table: str, form: str) -> None:
    told, body = made(calling("binh"), table=table, format=form, area=UPPER, reason=REASON)
    assert told["rows"] > 0
    key, export = settings.SECRET_KEY.encode(), Export.objects.get(pk=told["id"])
    marks = {mark_of(key, export.pk, str(an_id(name))) for name in ("lan", "hung", "mai")}
    if form == "csv":
        assert {row[-1] for row in names(body)} <= marks
        assert "Trần Văn Tâm" not in body.decode(), "of another hamlet"
    if form == "xlsx":
        sheet = openpyxl.load_workbook(io.BytesIO(body))["Số liệu"]
        found = {str(cell.value): cell.number_format for row in sheet for cell in row if cell.value}
        assert marks & set(found)
        assert found["1985"] == "0", "a year is not 1,985"


def a_paper(table: str, form: str) -> tuple[Paper, Named]:
    """The paper of a list of everybody in the commune, and whom it names when it has been read."""
    export = Export.objects.get(pk=ask(calling("dung"), table=table, format=form, reason=REASON).json["id"])
    sheet, named = TABLES[table].read(actor("dung"), Cut.of_json(export.cut), "vi"), Named()
    rows = count_rows(sheet)
    return paper_of(export, TABLES[table], sheet, rows, AT, lambda rows: None, named), named


def told(paper: Paper, form: str) -> Any:
    """What a file says, cell by cell; how PostgreSQL and Python write a number is no difference."""
    file = io.BytesIO()
    FORMATS[form].make(paper, file)
    if form == "csv":
        return file.getvalue()
    return [
        [str(cell.value).removesuffix(".0") for cell in row]
        for page in openpyxl.load_workbook(file)
        for row in page
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
@pytest.mark.parametrize("table", ["register", "follow_up"])
def test_a_list_copied_out_of_postgresql_has_the_marks_and_names_of_one_read_row_by_row(
    table: str, form: str
) -> None:
    copied, seen = a_paper(table, form)
    assert copied.copy is not None, "it is copied"
    key, people = settings.SECRET_KEY.encode(), ("lan", "hung", "mai", "tam")
    export = Export.objects.get()
    one_by_one = replace(copied, copy=None, seal=Seal())
    found = told(copied, form)
    names = {place: sorted(seen.persons(place)) for place in seen.hamlets()}
    assert found == told(one_by_one, form)
    assert names == {place: sorted(seen.persons(place)) for place in seen.hamlets()}
    marks = {mark_of(key, export.pk, str(an_id(name))) for name in people}
    assert all(mark in str(found) for mark in marks)
    assert not any(str(an_id(name)) in str(found) for name in people), "the row's own id stays in the house"


def test_X_05_control_a_copy_that_marks_nothing_would_tell_ids() -> None:
    copied, _ = a_paper("register", "csv")
    assert copied.sheet.query is not None
    sheet = replace(copied.sheet, query=replace(copied.sheet.query, mark=None))
    assert str(an_id("lan")) in str(told(replace(copied, sheet=sheet), "csv"))


def test_a_list_is_noted_when_it_is_made_and_when_it_is_taken_with_its_reason_and_whom_it_names() -> None:
    told, _ = made(calling("binh"), table="register", area=UPPER, reason=REASON)
    notes = AccessNote.objects.filter(act__in=("export.build", "export.open"))
    assert [(note.act, note.user_id, note.purpose, str(note.ref)) for note in notes.order_by("id")] == [
        (act, an_id("binh"), REASON, told["id"]) for act in ("export.build", "export.open")
    ]
    for note in notes:
        assert sorted(note.subjects) == sorted(an_id(name) for name in ("lan", "hung", "mai"))
    made(calling("binh"), area=UPPER)
    assert notes.count() == 2, "figures name nobody"


def test_a_file_of_figures_needs_nobody_to_agree() -> None:
    told, _ = made(calling("dung"))
    assert calling("giang").post(f"reports/exports/{told['id']}/approve").status == 404


def test_X_07_a_list_three_times_as_long_as_usual_is_told_to_who_watches(
    caplog: pytest.LogCaptureFixture,
) -> None:
    a_list(rows=10)
    a_list(rows=30)
    assert "unusually" not in caplog.text
    a_list("giang", rows=50)
    assert "unusually" not in caplog.text, "everybody has his own measure"
    long, _ = a_list(rows=21)
    assert "unusually" not in caplog.text
    long, _ = a_list(rows=MOST_ON_ONE_WORD)
    assert "unusually" not in caplog.text, "the median of 10, 21 and 30 is 21"
    for _ in range(4):
        a_list(rows=5)
    long, _ = a_list(rows=40)
    assert f"unusually long list: export {long.pk}" in caplog.text


def test_X_05_control_a_mark_made_of_the_row_alone_names_no_export() -> None:
    marks = {mark_of(b"a key", an_id("one for all"), "p7") for _ in range(1000)}
    assert len(marks) == 1


def test_X_07_control_a_house_without_the_limit_lets_a_long_list_go_on_one_word(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(building, "MOST_ON_ONE_WORD", 10_000)
    with table_of(MOST_ON_ONE_WORD + 1):
        export, _ = many()
    assert (export.state, export.for_approval, export.approver_id) == ("ready", False, None)
