"""The doors of households and persons."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, page_of
from base.days import day_of
from base.errors import NotFound, Receipt
from people import actions, queries
from people.actions.new import new_person
from people.api.shapes import (
    HouseholdBody,
    HouseholdEdit,
    HouseholdShape,
    HouseholdsQuery,
    HouseholdsShape,
    MoveBody,
    PersonBody,
    PersonEdit,
    PersonShape,
    PersonsShape,
)
from people.models import Household


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
        counts = queries.readiness_of_households(self.by, page.rows, on)
        return Response(page.answer(lambda row: _row(row, counts)))

    @extend_schema(operation_id="register_household", request=HouseholdBody, responses={201: HouseholdShape})
    def post(self, request: Request) -> Response:
        """Ghi một hộ mới cùng những người trong hộ."""
        given = self.body(HouseholdBody, request)
        persons = [new_person(**_given(person)) for person in given.pop("persons", [])]
        household = actions.NewHousehold(**given, persons=persons)
        receipt = actions.register_households(by=self.by, households=[household], at=self.at)[0]
        refuse(receipt)
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
        refuse(actions.change_households(by=self.by, edits=[edit], at=self.at)[0])
        return Response(_household(self, household_id))


class MoveHousehold(Door):
    @extend_schema(operation_id="move_household", request=MoveBody, responses={200: HouseholdShape})
    def post(self, request: Request, household_id: Any) -> Response:
        """Chuyển cả hộ sang thôn/tổ dân phố khác, cùng mọi điều đã ghi nhận."""
        move = actions.Move(household_id, **self.body(MoveBody, request))
        refuse(actions.move_households(by=self.by, moves=[move], at=self.at)[0])
        return Response(_household(self, household_id))


class PersonsOfHousehold(Door):
    @extend_schema(operation_id="list_persons", responses={200: PersonsShape})
    def get(self, request: Request, household_id: Any) -> Response:
        """Những người trong hộ."""
        return Response({"results": _household(self, household_id)["persons"], "next": None})

    @extend_schema(operation_id="register_person", request=PersonBody, responses={201: PersonShape})
    def post(self, request: Request, household_id: Any) -> Response:
        """Ghi thêm một người vào hộ."""
        person = new_person(household=household_id, **_given(self.body(PersonBody, request)))
        receipt = actions.register_persons(by=self.by, persons=[person], at=self.at)[0]
        refuse(receipt)
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
        refuse(actions.change_persons(by=self.by, edits=[edit], at=self.at)[0])
        return Response(_person(self, person_id))


def _given(person: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in person.items() if value is not None}


def refuse(receipt: Receipt) -> None:
    """What the receipt refuses is the answer."""
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
        "address": queries.address_of(household),
        "language": household.language,
        "edit": household.edit,
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
        "consent": "given" if person.consent_id else "not_asked",
        "edit": person.edit,
        "revision": person.revision,
        "standings": view.standings,
    }
