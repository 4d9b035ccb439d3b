"""The doors through which facts come in, and the histories of persons and households."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Documents, Door, language_of, page_of
from base.errors import NotFound, Receipt, Refusal, shaped
from checklist import actions, queries
from checklist.api.shapes import (
    ObservationBody,
    ObservationsShape,
    PageQuery,
    ReceiptsShape,
    RetractionBody,
    VisitBody,
    VisitsShape,
)
from checklist.rules import Evidence
from people.queries import facts_of


class Observations(Door):
    parser_classes = [Documents]

    @extend_schema(
        operation_id="record_observations",
        request=PolymorphicProxySerializer(
            component_name="OneOrManyObservations",
            serializers=[ObservationBody, ObservationBody(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={200: ReceiptsShape},
    )
    def post(self, request: Request) -> Response:
        """Ghi nhận một hoặc nhiều sự việc (nhiều nhất 500); mỗi sự việc một biên nhận."""

        def record(given: list[Any]) -> list[Receipt]:
            return actions.record_observations(by=self.by, observations=given, at=self.at)

        return _answer(request, actions.NewObservation, record)


class Retractions(Door):
    parser_classes = [Documents]

    @extend_schema(
        operation_id="retract_observations",
        request=PolymorphicProxySerializer(
            component_name="OneOrManyRetractions",
            serializers=[RetractionBody, RetractionBody(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={200: ReceiptsShape},
    )
    def post(self, request: Request) -> Response:
        """Rút lại một hoặc nhiều lần ghi nhận nhầm; lần ghi cũ vẫn đọc được."""

        def retract(given: list[Any]) -> list[Receipt]:
            return actions.retract_observations(by=self.by, retractions=given, at=self.at)

        return _answer(request, actions.NewRetraction, retract)


class Visits(Door):
    parser_classes = [Documents]

    @extend_schema(
        operation_id="record_visits",
        request=PolymorphicProxySerializer(
            component_name="OneOrManyVisits",
            serializers=[VisitBody, VisitBody(many=True)],
            resource_type_field_name=None,
            many=False,
        ),
        responses={200: ReceiptsShape},
    )
    def post(self, request: Request) -> Response:
        """Ghi một hoặc nhiều lượt đến nhà (nhiều nhất 500), cả khi không gặp ai."""

        def record(given: list[Any]) -> list[Receipt]:
            return actions.record_visits(by=self.by, visits=given, at=self.at)

        return _answer(request, actions.NewVisit, record)


def _answer(request: Request, kind: Any, act: Callable[[list[Any]], list[Receipt]]) -> Response:
    """One or a list in; one bad document never fails the others."""
    single = not isinstance(request.data, list)
    given = [request.data] if single else request.data
    receipts: dict[int, Receipt] = {}
    good = []
    for number, document in enumerate(given):
        try:
            good.append((number, shaped(document, kind)))
        except Refusal as refusal:
            receipts[number] = Receipt(_id_of(document), "refused", refusal=refusal)
    done = act([new for _, new in good])
    receipts.update({number: receipt for (number, _), receipt in zip(good, done, strict=True)})
    if single and receipts[0].refusal:
        raise receipts[0].refusal
    language = language_of(request)
    return Response({"receipts": [_show_receipt(receipts[n], language) for n in range(len(given))]})


def _id_of(document: Any) -> Any:
    given = document.get("id") if isinstance(document, dict) else None
    return given if isinstance(given, str) and len(given) <= 64 else None


def _show_receipt(receipt: Receipt, language: str) -> dict[str, Any]:
    shown: dict[str, Any] = {"id": receipt.id, "state": receipt.state}
    if receipt.revision is not None:
        shown["revision"] = receipt.revision
    if receipt.refusal:
        shown["code"] = receipt.refusal.code
        shown["path"] = receipt.refusal.path
        shown["message"] = receipt.refusal.message(language)
    return shown


class History(Door):
    asks = PageQuery

    @extend_schema(
        operation_id="list_observations", parameters=[PageQuery], responses={200: ObservationsShape}
    )
    def get(self, request: Request, person_id: Any) -> Response:
        """Mọi lần ghi nhận về một người, cả những lần đã rút lại."""
        self.by.must("see")
        if facts_of(self.by, person_id, "observation.list") is None:
            raise NotFound()
        found = queries.list_observations(self.by, person_id)
        page = page_of(found.select_related("hamlet"), queries.HISTORY, **self.asked)
        return Response(page.answer(_show_observation))


def _show_observation(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "person": row.person_id,
        "item": row.item,
        "kind": row.kind,
        "state": row.state,
        "evidence": Evidence(row.evidence).code,
        "blocker": row.blocker,
        "expires_on": row.expires_on,
        "observed_at": row.observed_at,
        "visit": row.visit,
        "retracts": row.retracts_id,
        "hamlet": row.hamlet.code,
        "by": row.by_id,
        "recorded_at": row.recorded_at,
        "revision": row.revision,
    }


class VisitsOfHousehold(Door):
    asks = PageQuery

    @extend_schema(operation_id="list_visits", parameters=[PageQuery], responses={200: VisitsShape})
    def get(self, request: Request, household_id: Any) -> Response:
        """Mọi lượt đến nhà của một hộ."""
        self.by.must("see")
        found = queries.list_visits(self.by, household_id)
        if found is None:
            raise NotFound()
        page = page_of(found.select_related("hamlet"), queries.HISTORY, **self.asked)
        return Response(page.answer(_show_visit))


def _show_visit(row: Any) -> dict[str, Any]:
    return {
        "id": row.pk,
        "household": row.household_id,
        "visited_at": row.visited_at,
        "outcome": row.outcome,
        "hamlet": row.hamlet.code,
        "by": row.by_id,
        "recorded_at": row.recorded_at,
        "revision": row.revision,
    }
