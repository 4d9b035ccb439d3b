"""A door for each table, made of what the table declares; its answer is the sheet as it goes into files."""

from __future__ import annotations

from datetime import date
from itertools import islice
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import PAGE, Door, Strict, cursor_of, language_of, values_of
from base.days import day_of
from reports.actions.readings import note_rows, read_personal
from reports.rules import Cut, Kind, Sheet, UnknownTable, UnknownWord
from reports.tables import TABLES, Table, table_for


class MapOf(serializers.CharField):
    """ "now", "then" or a day."""

    def __init__(self, **given: Any) -> None:
        super().__init__(
            max_length=10, help_text="Whose map: now (default), then (that of `on`), or of a day", **given
        )


def map_day(word: str | None, on: date) -> date | None:
    """The day of whose map the units are; None for the present one."""
    if word in (None, "now"):
        return None
    try:
        return on if word == "then" else date.fromisoformat(str(word))
    except ValueError:
        raise UnknownWord(path="as_of", known="now, then, YYYY-MM-DD") from None


class PlaceShape(Strict):
    code = serializers.CharField()
    name = serializers.CharField()


class ColumnShape(Strict):
    code = serializers.CharField()
    title = serializers.CharField()
    group = serializers.CharField(help_text="Upper line of the heading; empty for none")
    kind = serializers.ChoiceField(choices=[kind.value for kind in Kind])


class SheetShape(Strict):
    table = serializers.CharField()
    title = serializers.CharField()
    area = PlaceShape()
    on = serializers.DateField()
    since = serializers.DateField(allow_null=True)
    columns = ColumnShape(many=True)
    rows = serializers.ListField(child=serializers.DictField(), help_text="By the codes of the columns")
    totals = serializers.ListField(child=serializers.DictField())
    notes = serializers.ListField(child=serializers.CharField())
    next = serializers.CharField(allow_null=True, help_text="Cursor of the next page")


def cut_of(table: Table, given: dict[str, Any], today: date) -> Cut:
    """The cut that the parameters of a table's door ask for."""
    on = given.get("on") or today
    filters = {name: given[name] for name in table.filters if name in given}
    as_of = map_day(given.get("as_of"), on)
    after = tuple(values_of(given["cursor"], _salt(table))) if given.get("cursor") else ()
    limit = given.get("limit", PAGE) + 1 if table.key else 0
    return Cut(given["area"], on, given.get("since"), as_of, given.get("by", ""), filters, after, limit)


def _salt(table: Table) -> str:
    return f"rows of the table {table.code}"


def show(table: Table, sheet: Sheet, language: str, cut: Cut) -> dict[str, Any]:
    """A sheet as a screen reads it."""
    codes = [column.code for column in sheet.columns]
    rows, following = _page(table, sheet, codes, cut.limit - 1)
    return {
        "table": table.code,
        "title": table.title(language),
        "area": {"code": sheet.place.code, "name": sheet.place.name},
        "on": sheet.on,
        "since": sheet.since,
        "columns": [
            {
                "code": column.code,
                "title": column.title(language),
                "group": column.group(language),
                "kind": column.kind.value,
            }
            for column in sheet.columns
        ],
        "rows": rows,
        "totals": [dict(zip(codes, row, strict=True)) for row in sheet.totals],
        "notes": [en if language == "en" else vi for vi, en in sheet.notes],
        "next": following,
    }


def _page(
    table: Table, sheet: Sheet, codes: list[str], limit: int
) -> tuple[list[dict[str, Any]], str | None]:
    """The rows of one page by the codes of the columns, and the cursor of the next; all rows of a table that
    is not paged."""
    if not table.key:
        return [dict(zip(codes, row, strict=True)) for row in sheet.rows], None
    found = [dict(zip(codes, row, strict=True)) for row in islice(sheet.rows, limit + 1)]
    if len(found) <= limit:
        return found, None
    last = [str(found[limit - 1][code]) for code in table.key]
    return found[:limit], cursor_of(last, _salt(table))


class RegisterRequest(Strict):
    area = serializers.CharField(max_length=16)
    on = serializers.DateField(required=False)
    as_of = MapOf(required=False)
    reason = serializers.CharField(max_length=400, help_text="10 to 300 characters; kept with your name")
    cursor = serializers.CharField(required=False, max_length=1000)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=1000)


class RegisterDoor(Door):
    expensive = True

    @extend_schema(operation_id="report_register", request=RegisterRequest, responses={200: SheetShape})
    def post(self, request: Request) -> Response:
        """Danh sách người dân, có lý do được lưu lại (register of persons; the reason is kept)."""
        self.by.must("export")
        given, table = self.body(RegisterRequest, request), TABLES["register"]
        language, today = language_of(request), day_of(self.at)
        cut = cut_of(table, given, today)
        table_for(table.code, cut, today=today)
        sheet = read_personal(
            by=self.by, table=table.code, cut=cut, reason=given["reason"], language=language
        )
        shown = show(table, sheet, language, cut)
        note_rows(by=self.by, rows=shown["rows"], reason=given["reason"])
        return Response(shown)


def _asks(table: Table) -> type[Strict]:
    """The parameters that a table takes."""
    fields: dict[str, serializers.Field[Any, Any, Any, Any]] = {
        "area": serializers.CharField(max_length=16),
        "on": serializers.DateField(required=False, help_text="The day, or the last of the period; today"),
        "as_of": MapOf(required=False),
        "by": serializers.CharField(required=False, max_length=20, help_text=" | ".join(table.bys)),
    }
    if table.has_period:
        fields["since"] = serializers.DateField(required=False, help_text="First day of the period")
    if table.key:
        fields["cursor"] = serializers.CharField(required=False, max_length=1000)
        fields["limit"] = serializers.IntegerField(required=False, min_value=1, max_value=1000)
    for name, words in table.filters.items():
        fields[name] = serializers.CharField(required=False, max_length=40, help_text=" | ".join(words))
    return type(f"{_name(table)}Query", (Strict,), fields)


def _name(table: Table) -> str:
    return "".join(word.title() for word in table.code.split("_"))


class TableDoor(Door):
    """What the doors of all tables have in common."""

    table: Table
    expensive = True

    def read(self, request: Request) -> Response:
        """The sheet of the cut that is asked for."""
        self.by.must(self.table.verb)
        language, today = language_of(request), day_of(self.at)
        cut = cut_of(self.table, self.asked, today)
        table_for(self.table.code, cut, today=today)
        shown = show(self.table, self.table.read(self.by, cut, language), language, cut)
        if self.table.is_personal:
            note_rows(by=self.by, rows=shown["rows"])
        return Response(shown)


def door_of(table: Table) -> type[TableDoor]:
    """The door of one table."""

    def get(self: TableDoor, request: Request) -> Response:
        return self.read(request)

    get.__doc__ = f"{table.title_vi} ({table.title_en.lower()})."
    asks = _asks(table)
    described = extend_schema(operation_id=f"report_{table.code}", parameters=[asks], responses=SheetShape)
    # Figures are of one moment, in a transaction of their own.
    own = {"table": table, "asks": asks, "get": described(get), "whole": table.is_personal}
    return type(f"{_name(table)}Door", (TableDoor,), own)


class NoTableDoor(Door):
    """Whatever is no table: the answer names those that there are."""

    @extend_schema(exclude=True)
    def get(self, request: Request, table: str) -> Response:
        self.by.must("report")
        raise UnknownTable(path="table", known=", ".join(TABLES))


__all__ = ["NoTableDoor", "RegisterDoor", "TableDoor", "door_of"]
