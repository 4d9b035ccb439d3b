"""The doors of people."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, Strict, Upload, language_of, page_of
from base.days import day_of
from base.errors import NotFound, Receipt
from base.models import new_id
from people import actions, queries
from people.models import Household, Import
from people.rules.persons import RELATIONS, Presence, Residence, Sex

SEXES = [sex.value for sex in Sex]
RESIDENCES = [residence.value for residence in Residence]
PRESENCES = [presence.value for presence in Presence]


class Id(serializers.UUIDField):
    """An id as text; DRF would also take a number, or true, for one."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


class StandingShape(Strict):
    item = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    evidence = serializers.CharField()
    observed_at = serializers.DateTimeField()
    expires_on = serializers.DateField(allow_null=True)
    ready = serializers.BooleanField()
    contested = serializers.BooleanField()
    stale = serializers.BooleanField()


class PersonFields(Strict):
    """What may be said of a person; there is no field for an ID number, ethnicity, a bank or a note."""

    full_name = serializers.CharField(max_length=100)
    birth_date = serializers.DateField(required=False, allow_null=True)
    birth_year = serializers.IntegerField(required=False, allow_null=True, min_value=1800, max_value=9999)
    sex = serializers.ChoiceField(choices=SEXES, required=False)
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True)
    relation = serializers.ChoiceField(choices=RELATIONS, required=False)
    residence = serializers.ChoiceField(choices=RESIDENCES, required=False)
    presence = serializers.ChoiceField(choices=PRESENCES, required=False)


class PersonBody(PersonFields):
    id = Id()


class PersonShape(PersonBody):
    household = serializers.UUIDField()
    revision = serializers.IntegerField()
    standings = StandingShape(many=True)


class HouseholdBody(Strict):
    id = Id()
    hamlet = serializers.CharField(max_length=16)
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    language = serializers.CharField(max_length=8, required=False, allow_blank=True)
    persons = PersonBody(many=True, required=False, max_length=100)  # type: ignore[call-arg]  # the list's


class HouseholdShape(Strict):
    id = serializers.UUIDField()
    hamlet = serializers.CharField()
    head = serializers.CharField(allow_null=True)
    address = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    revision = serializers.IntegerField()
    persons = PersonShape(many=True)


class HouseholdRow(Strict):
    id = serializers.UUIDField()
    hamlet = serializers.CharField()
    head = serializers.CharField(allow_null=True)
    address = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    revision = serializers.IntegerField()
    adults = serializers.IntegerField(help_text="Present adults")
    ready = serializers.IntegerField(help_text="Present adults who hold all that is due")


class HouseholdsShape(Strict):
    results = HouseholdRow(many=True)
    next = serializers.CharField(allow_null=True)


class PersonsShape(Strict):
    results = PersonShape(many=True)
    next = serializers.CharField(allow_null=True)


class HouseholdsQuery(Strict):
    area = serializers.CharField(required=False, max_length=16)
    q = serializers.CharField(required=False, max_length=100)
    readiness = serializers.ChoiceField(choices=["ready", "partly", "none"], required=False)
    follow_up = serializers.BooleanField(required=False, allow_null=True, default=None)
    cursor = serializers.CharField(required=False, max_length=1000)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)


class HouseholdSet(Strict):
    address = serializers.CharField(max_length=200, required=False, allow_blank=True)
    language = serializers.CharField(max_length=8, required=False, allow_blank=True)


class HouseholdEdit(Strict):
    """`base`: the values the editor saw; `set`: the values he wants."""

    base = HouseholdSet()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "set": HouseholdSet()}  # "set" is a Python name


class PersonSet(PersonFields):
    full_name = serializers.CharField(max_length=100, required=False)


class PersonEdit(Strict):
    """`base`: the values the editor saw; `set`: the values he wants."""

    base = PersonSet()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "set": PersonSet()}


class Households(Door):
    asks = HouseholdsQuery

    @extend_schema(
        operation_id="list_households", parameters=[HouseholdsQuery], responses={200: HouseholdsShape}
    )
    def get(self, request: Request) -> Response:
        """Các hộ trong địa bàn của tôi, xếp theo tên chủ hộ."""
        self.by.must("see")
        given = self.asked
        paging = {name: given.pop(name) for name in ("cursor", "limit") if name in given}
        on = day_of(self.at)
        found = queries.list_households(self.by, on=on, **given)
        page = page_of(found, ("head_key", "id"), **paging)
        counts = queries.readiness_of_households([row.pk for row in page.rows], on)
        return Response(page.answer(lambda row: _row(row, counts)))

    @extend_schema(operation_id="register_household", request=HouseholdBody, responses={201: HouseholdShape})
    def post(self, request: Request) -> Response:
        """Ghi một hộ mới cùng những người trong hộ."""
        given = self.body(HouseholdBody, request)
        persons = [actions.NewPerson(**_given(person)) for person in given.pop("persons", [])]
        household = actions.NewHousehold(**given, persons=persons)
        receipt = actions.register_households(by=self.by, households=[household], at=self.at)[0]
        _refuse(receipt)
        code = status.HTTP_201_CREATED if receipt.state == "applied" else status.HTTP_200_OK
        return Response(_household(self, receipt.id), status=code)


class OneHousehold(Door):
    @extend_schema(operation_id="get_household", responses={200: HouseholdShape})
    def get(self, request: Request, household_id: Any) -> Response:
        """Một hộ với những người trong hộ và tình trạng của họ."""
        return Response(_household(self, household_id))

    @extend_schema(operation_id="change_household", request=HouseholdEdit, responses={200: HouseholdShape})
    def patch(self, request: Request, household_id: Any) -> Response:
        """Sửa từng trường của hộ, so với giá trị người sửa đã thấy (base)."""
        edit = actions.Edit(household_id, **self.body(HouseholdEdit, request))
        _refuse(actions.change_households(by=self.by, edits=[edit], at=self.at)[0])
        return Response(_household(self, household_id))


class PersonsOfHousehold(Door):
    @extend_schema(operation_id="list_persons", responses={200: PersonsShape})
    def get(self, request: Request, household_id: Any) -> Response:
        """Những người trong hộ."""
        return Response({"results": _household(self, household_id)["persons"], "next": None})

    @extend_schema(operation_id="register_person", request=PersonBody, responses={201: PersonShape})
    def post(self, request: Request, household_id: Any) -> Response:
        """Ghi thêm một người vào hộ."""
        person = actions.NewPerson(household=household_id, **_given(self.body(PersonBody, request)))
        receipt = actions.register_persons(by=self.by, persons=[person], at=self.at)[0]
        _refuse(receipt)
        code = status.HTTP_201_CREATED if receipt.state == "applied" else status.HTTP_200_OK
        return Response(_person(self, receipt.id), status=code)


class OnePerson(Door):
    @extend_schema(operation_id="get_person", responses={200: PersonShape})
    def get(self, request: Request, person_id: Any) -> Response:
        """Một người với tình trạng từng tiêu chí."""
        return Response(_person(self, person_id))

    @extend_schema(operation_id="change_person", request=PersonEdit, responses={200: PersonShape})
    def patch(self, request: Request, person_id: Any) -> Response:
        """Sửa từng trường của một người, so với giá trị người sửa đã thấy (base)."""
        edit = actions.Edit(person_id, **self.body(PersonEdit, request))
        _refuse(actions.change_persons(by=self.by, edits=[edit], at=self.at)[0])
        return Response(_person(self, person_id))


def _given(person: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in person.items() if value is not None}


def _refuse(receipt: Receipt) -> None:
    if receipt.refusal:
        raise receipt.refusal


def _household(door: Door, household_id: Any) -> dict[str, Any]:
    door.by.must("see")
    view = queries.find_household(door.by, household_id, day_of(door.at))
    if view is None:
        raise NotFound()
    return {
        **_plain(view.household),
        "head": view.head,
        "persons": [_show(person) for person in view.persons],
    }


def _person(door: Door, person_id: Any) -> dict[str, Any]:
    door.by.must("see")
    view = queries.find_person(door.by, person_id, day_of(door.at))
    if view is None:
        raise NotFound()
    return _show(view)


def _plain(household: Household) -> dict[str, Any]:
    return {
        "id": household.pk,
        "hamlet": household.hamlet.code,
        "address": household.address,
        "language": household.language,
        "revision": household.revision,
    }


def _row(household: Any, counts: dict[Any, tuple[int, int]]) -> dict[str, Any]:
    adults, ready = counts.get(household.pk, (0, 0))
    return {**_plain(household), "head": household.head, "adults": adults, "ready": ready}


def _show(view: queries.PersonView) -> dict[str, Any]:
    person = view.person
    return {
        "id": person.pk,
        "household": person.household_id,
        "full_name": person.full_name,
        "birth_date": person.birth_date,
        "birth_year": person.birth_year,
        "sex": person.sex,
        "phone": view.phone,
        "relation": person.relation,
        "residence": person.residence,
        "presence": person.presence,
        "revision": person.revision,
        "standings": view.standings,
    }


class ImportBody(Strict):
    area = serializers.CharField(max_length=16)
    file = serializers.FileField()


class HamletOfImport(Strict):
    name = serializers.CharField()
    code = serializers.CharField(allow_null=True, help_text="null: proposed, made when applied")


class ImportCounts(Strict):
    rows = serializers.IntegerField()
    households = serializers.IntegerField()
    persons = serializers.IntegerField()
    new = serializers.IntegerField()
    matched = serializers.IntegerField()
    refused = serializers.IntegerField()
    duplicates = serializers.IntegerField()


class ImportProblem(Strict):
    row = serializers.IntegerField(help_text="Row number in the sheet")
    column = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    message = serializers.CharField()
    refused = serializers.BooleanField(help_text="true: the row is left out; false: only a warning")


class ImportShape(Strict):
    id = serializers.UUIDField()
    area = serializers.CharField()
    state = serializers.ChoiceField(choices=["staged", "applied", "undone"])
    columns = serializers.DictField(child=serializers.CharField())
    ignored = serializers.ListField(child=serializers.CharField())
    hamlets = HamletOfImport(many=True)
    counts = ImportCounts()
    problems = ImportProblem(many=True)


class UndoneShape(ImportShape):
    removed = serializers.IntegerField()
    kept = serializers.IntegerField()


class Imports(Door):
    parser_classes = [Upload]

    @extend_schema(
        operation_id="stage_import", request={"multipart/form-data": ImportBody}, responses={201: ImportShape}
    )
    def post(self, request: Request) -> Response:
        """Đọc thử một danh sách hộ (xlsx hoặc csv): chưa ghi gì, chỉ cho biết sẽ ghi gì."""
        given = self.body(ImportBody, request)
        roster = actions.stage_import(
            by=self.by, import_id=new_id(), area=given["area"], data=given["file"].read(), at=self.at
        )
        return Response(_show_import(roster, request), status=status.HTTP_201_CREATED)


class OneImport(Door):
    @extend_schema(operation_id="get_import", responses={200: ImportShape})
    def get(self, request: Request, import_id: Any) -> Response:
        """Một danh sách đã đọc: các cột, số liệu và từng dòng có vấn đề."""
        self.by.must("import")
        roster = queries.find_import(self.by, import_id)
        if roster is None:
            raise NotFound()
        return Response(_show_import(roster, request))


class ApplyImport(Door):
    @extend_schema(operation_id="apply_import", request=None, responses={200: ImportShape})
    def post(self, request: Request, import_id: Any) -> Response:
        """Nhập danh sách: tất cả hoặc không gì cả, và chỉ một lần."""
        self.nothing(request)
        roster = actions.apply_import(by=self.by, import_id=import_id, at=self.at)
        return Response(_show_import(roster, request))


class UndoImport(Door):
    @extend_schema(operation_id="undo_import", request=None, responses={200: UndoneShape})
    def post(self, request: Request, import_id: Any) -> Response:
        """Hoàn tác cả danh sách; người đã được sửa hay ghi nhận thêm thì giữ lại."""
        self.nothing(request)
        roster, undone = actions.undo_import(by=self.by, import_id=import_id, at=self.at)
        body = {**_show_import(roster, request), "removed": undone.removed, "kept": undone.kept}
        return Response(body)


def _show_import(roster: Import, request: Request) -> dict[str, Any]:
    language = language_of(request)
    return {
        "id": roster.pk,
        "area": roster.area.code,
        "state": roster.state,
        "columns": roster.columns,
        "ignored": roster.ignored,
        "hamlets": roster.hamlets,
        "counts": roster.counts,
        "problems": [
            {
                "row": problem["row"],
                "column": problem["column"],
                "code": problem["code"],
                "message": problem[language],
                "refused": problem["refused"],
            }
            for problem in roster.problems
        ],
    }
