"""The door of an officer who sees both: who may have been registered twice."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, page_of
from people.api.shapes import DuplicatesQuery, DuplicatesShape
from people.models import Person
from people.queries.duplicates import list_duplicates, others_of
from people.rules.persons import masked


class Duplicates(Door):
    expensive = True
    asks = DuplicatesQuery

    @extend_schema(
        operation_id="list_duplicates", parameters=[DuplicatesQuery], responses={200: DuplicatesShape}
    )
    def get(self, request: Request) -> Response:
        """Những người có thể đã được ghi hai lần: cùng số điện thoại với người ở hộ khác tôi thấy được."""
        self.by.must("import")
        given = dict(self.asked)
        page = page_of(list_duplicates(self.by, given.pop("area")), ("id",), **given)
        others = others_of(self.by, page.rows)
        return Response(
            page.answer(lambda row: {**_brief(row), "others": [_brief(other) for other in others[row.pk]]})
        )


def _brief(person: Person) -> dict[str, Any]:
    return {
        "id": person.pk,
        "household": person.household_id,
        "hamlet": person.hamlet.code,
        "full_name": person.full_name,
        "birth_year": person.born_on.year if person.born_on else None,
        "sex": person.sex,
        "phone": masked(person.phone_end),
    }
