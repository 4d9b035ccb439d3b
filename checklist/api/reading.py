"""The doors that tell what holds and what comes next."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, PublicDoor, StrictJSON, address_of, language_of
from base.days import day_of
from base.errors import NotFound
from base.models import SYSTEM
from checklist import queries
from checklist.actions import count_self_check
from checklist.api.shapes import (
    HouseholdReadinessShape,
    ItemsShape,
    ReadinessShape,
    SelfCheckBody,
    SelfCheckShape,
)
from checklist.items import describe_items
from checklist.rules import Readiness, Standing, Step, next_steps, readiness
from checklist.rules.answers import standings_by_answers
from checklist.rules.fitting import Misfit, misfits
from people.queries import facts_of


class Items(PublicDoor):
    @extend_schema(operation_id="list_items", responses={200: ItemsShape}, auth=[])
    def get(self, request: Request) -> Any:
        """Danh mục công dân số: từng tiêu chí, trạng thái, điều kiện và hướng dẫn, bằng hai thứ tiếng."""
        return self.cached(request, describe_items())


class PersonReadiness(Door):
    @extend_schema(operation_id="person_readiness", responses={200: ReadinessShape})
    def get(self, request: Request, person_id: Any) -> Response:
        """Một người đã sẵn sàng đến đâu, và các bước tiếp theo ngắn nhất."""
        self.by.must("see")
        person = facts_of(self.by, person_id, "readiness.read")
        if person is None:
            raise NotFound()
        standings = queries.list_standings([person.pk])[person.pk]
        on = day_of(self.at)
        ready = readiness(person.born_on, standings, on)
        return Response(
            {"person": person.pk, **_show_readiness(ready, _steps(person, standings, ready), request)}
        )


class HouseholdReadiness(Door):
    @extend_schema(operation_id="household_readiness", responses={200: HouseholdReadinessShape})
    def get(self, request: Request, household_id: Any) -> Response:
        """Cả hộ đã sẵn sàng đến đâu, từng người một."""
        self.by.must("see")
        on = day_of(self.at)
        found = queries.readiness_of_household(self.by, household_id, on)
        if found is None:
            raise NotFound()
        persons = []
        for person, ready in found["persons"]:
            steps = _steps(person, found["known"][person.pk], ready)
            persons.append({"person": person.pk, **_show_readiness(ready, steps, request)})
        return Response(
            {"household": household_id, "on": on, "is_ready": found["is_ready"], "persons": persons}
        )


def _steps(person: Any, standings: list[Standing], ready: Readiness) -> list[Step]:
    return next_steps(person.born_on, standings, ready.on)


def _show_readiness(ready: Readiness, steps: list[Step], request: Request) -> dict[str, Any]:
    language = language_of(request)
    return {
        "on": ready.on,
        "countable": ready.countable,
        "due": ready.due,
        "ready": ready.ready,
        "stage": ready.stage,
        "is_ready": ready.is_ready,
        "next_steps": [
            {
                "item": step.item,
                "step": step.step,
                "title": step.title_en if language == "en" else step.title_vi,
                "where": step.where,
                "bring": list(step.bring),
                "volunteer_can_help": step.volunteer_can_help,
                "blocked_by": list(step.blocked_by),
                "confirm": list(step.confirm),
                "guide": step.guide,
            }
            for step in steps
        ],
    }


class ShortJSON(StrictJSON):
    """Every answer that there is fits in a fourth of it."""

    most = 4096


class SelfCheck(PublicDoor):
    parser_classes = [ShortJSON]

    @extend_schema(operation_id="self_check", request=SelfCheckBody, responses={200: SelfCheckShape}, auth=[])
    def post(self, request: Request) -> Response:
        """Tự kiểm tra: không cần đăng nhập, không hỏi tên, không lưu gì."""
        count_self_check(by=SYSTEM, address=address_of(request))
        given = self.body(SelfCheckBody, request)
        born_on, standings = standings_by_answers(
            given.get("birth_year"), given.get("age"), given.get("standings", {}), self.at
        )
        on = day_of(self.at)
        ready = readiness(born_on, standings, on)
        steps = next_steps(born_on, standings, on, given.get("blockers", ()))
        found = [_show_misfit(misfit, request) for misfit in misfits(standings, on)]
        return Response({**_show_readiness(ready, steps, request), "does_not_fit": found})


def _show_misfit(misfit: Misfit, request: Request) -> dict[str, str]:
    names = ("item", "kind", "state", "needs", "wanted", "given")
    told = misfit.en if language_of(request) == "en" else misfit.vi
    return {**{name: getattr(misfit, name) for name in names}, "message": told}
