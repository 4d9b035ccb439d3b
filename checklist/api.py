"""The doors of the checklist."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec
from django.http import HttpResponse
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import BodyTooLarge, Door, Strict, language_of, page_of
from base.days import day_of
from base.errors import NotFound, Receipt, Refusal
from checklist import actions, queries
from checklist.items import ITEMS, Item
from checklist.rules import BLOCKERS, Evidence, Readiness, Standing, Step, next_steps, readiness
from checklist.rules.answers import standings_by_answers
from people.queries import facts_of

MOST = 500


class FieldBad(Refusal):
    code = "field.invalid"
    vi = "Trường này thiếu, không được biết hoặc không đúng kiểu."
    en = "This field is missing, unknown or of the wrong type."
    status = 400


class ObservationBody(Strict):
    id = serializers.UUIDField(help_text="Minted by the author (UUIDv7)")
    person = serializers.UUIDField()
    item = serializers.ChoiceField(choices=list(ITEMS))
    kind = serializers.CharField(required=False, allow_blank=True)
    state = serializers.CharField()
    evidence = serializers.ChoiceField(choices=[level.code for level in Evidence])
    blocker = serializers.ChoiceField(choices=list(BLOCKERS), required=False, allow_blank=True)
    expires_on = serializers.DateField(required=False, allow_null=True)
    observed_at = serializers.DateTimeField()
    visit = serializers.UUIDField(required=False, allow_null=True)


class RetractionBody(Strict):
    id = serializers.UUIDField(help_text="Minted by the author (UUIDv7)")
    observation = serializers.UUIDField()


class ReceiptShape(Strict):
    id = serializers.UUIDField(allow_null=True)
    state = serializers.ChoiceField(choices=["applied", "duplicate", "refused", "conflict", "held"])
    code = serializers.CharField(required=False)
    path = serializers.CharField(required=False)
    message = serializers.CharField(required=False)
    revision = serializers.IntegerField(required=False)


class ReceiptsShape(Strict):
    receipts = ReceiptShape(many=True)


class ObservationShape(ObservationBody):
    retracts = serializers.UUIDField(allow_null=True)
    hamlet = serializers.CharField()
    by = serializers.UUIDField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    revision = serializers.IntegerField()


class ObservationsShape(Strict):
    results = ObservationShape(many=True)
    next = serializers.CharField(allow_null=True)


class PageQuery(Strict):
    cursor = serializers.CharField(required=False, max_length=1000)


class StepShape(Strict):
    item = serializers.CharField()
    step = serializers.CharField()
    title = serializers.CharField()
    where = serializers.CharField()
    bring = serializers.ListField(child=serializers.CharField())
    volunteer_can_help = serializers.BooleanField()
    blocked_by = serializers.ListField(child=serializers.CharField())
    confirm = serializers.ListField(child=serializers.CharField())
    guide = serializers.CharField()


class SelfCheckShape(Strict):
    on = serializers.DateField()
    countable = serializers.BooleanField(help_text="false: the year of birth is not known")
    due = serializers.ListField(child=serializers.CharField())
    ready = serializers.ListField(child=serializers.CharField())
    stage = serializers.IntegerField()
    is_ready = serializers.BooleanField()
    next_steps = StepShape(many=True)


class ReadinessShape(SelfCheckShape):
    person = serializers.UUIDField()


class HouseholdReadinessShape(Strict):
    household = serializers.UUIDField()
    on = serializers.DateField()
    is_ready = serializers.BooleanField(help_text="Every present adult is ready, and there is one")
    persons = ReadinessShape(many=True)


class SelfCheckBody(Strict):
    birth_year = serializers.IntegerField(required=False, min_value=1850, max_value=9999)
    age = serializers.IntegerField(required=False, min_value=0, max_value=130)
    standings = serializers.DictField(
        required=False, help_text="item: state, or item: {kind: state}; what is left out is not known"
    )
    blockers = serializers.ListField(
        child=serializers.ChoiceField(choices=list(BLOCKERS)), required=False, max_length=20
    )


class TitledShape(Strict):
    code = serializers.CharField()
    title = serializers.CharField()


class ItemShape(TitledShape):
    pillar = serializers.BooleanField()
    due_age = serializers.IntegerField()
    ready_from = serializers.CharField()
    expires = serializers.BooleanField()
    states = TitledShape(many=True)
    kinds = TitledShape(many=True)
    requires = serializers.ListField(child=serializers.CharField())
    guides = serializers.ListField(child=serializers.CharField())


class ItemsShape(Strict):
    results = ItemShape(many=True)
    next = serializers.CharField(allow_null=True)


class Items(Door):
    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(operation_id="list_items", responses={200: ItemsShape}, auth=[])
    def get(self, request: Request) -> HttpResponse:
        """Danh mục công dân số: từng tiêu chí, trạng thái, điều kiện và hướng dẫn."""
        language = language_of(request)
        rows = [_show_item(item, language) for item in ITEMS.values()]
        body = msgspec.json.encode({"results": rows, "next": None})
        etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
        same = request.headers.get("If-None-Match") == etag
        answer = HttpResponse(b"" if same else body, status=304 if same else 200)
        answer.headers["Content-Type"] = "application/json"
        answer.headers["ETag"] = etag
        answer.headers["Cache-Control"] = "public, max-age=300"
        answer.headers["Vary"] = "Accept-Language"
        return answer


def _show_item(item: Item, language: str) -> dict[str, Any]:
    title = f"title_{language}"
    return {
        "code": item.code,
        "title": getattr(item, title),
        "pillar": item.pillar,
        "due_age": item.due_age,
        "ready_from": item.ready_from,
        "expires": item.expires,
        "states": [{"code": state.code, "title": getattr(state, title)} for state in item.states],
        "kinds": [{"code": kind.code, "title": getattr(kind, title)} for kind in item.kinds],
        "requires": list(dict.fromkeys(need.item for need in item.requires)),
        "guides": list(item.guides),
    }


class Observations(Door):
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
        return _record(self, request, actions.NewObservation, "observations")


class Retractions(Door):
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
        return _record(self, request, actions.NewRetraction, "retractions")


def _record(door: Door, request: Request, kind: Any, name: str) -> Response:
    """One or a list in; one bad document never fails the others."""
    single = not isinstance(request.data, list)
    given = [request.data] if single else request.data
    if len(given) > MOST:
        raise BodyTooLarge()
    receipts: dict[int, Receipt] = {}
    good = []
    for number, document in enumerate(given):
        try:
            good.append((number, msgspec.convert(document, kind)))
        except (msgspec.ValidationError, OverflowError) as error:
            refusal = FieldBad(path=_path(str(error)))
            receipts[number] = Receipt(_id_of(document), "refused", refusal=refusal)
    action = getattr(actions, f"{'record' if name == 'observations' else 'retract'}_observations")
    done = action(by=door.by, at=door.at, **{name: [new for _, new in good]})
    receipts.update({number: receipt for (number, _), receipt in zip(good, done, strict=True)})
    if single and receipts[0].refusal:
        raise receipts[0].refusal
    language = language_of(request)
    return Response({"receipts": [_show_receipt(receipts[n], language) for n in range(len(given))]})


def _path(message: str) -> str:
    """msgspec's "... - at `$.person`" as "person"; a missing or unknown field is named in the text."""
    _, _, where = message.rpartition(" - at `$")
    inner = where.rstrip("`").lstrip(".") if where != message else ""
    if "field `" in message:
        return message.split("field `")[1].split("`")[0][:100]
    return inner[:100]


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
    @extend_schema(
        operation_id="list_observations", parameters=[PageQuery], responses={200: ObservationsShape}
    )
    def get(self, request: Request, person_id: Any) -> Response:
        """Mọi lần ghi nhận về một người, cả những lần đã rút lại."""
        self.by.must("see")
        if facts_of(self.by, person_id) is None:
            raise NotFound()
        found = queries.list_observations(self.by, person_id)
        page = page_of(found.select_related("hamlet"), ("revision", "id"), **self.query(PageQuery, request))
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


class PersonReadiness(Door):
    @extend_schema(operation_id="person_readiness", responses={200: ReadinessShape})
    def get(self, request: Request, person_id: Any) -> Response:
        """Một người đã sẵn sàng đến đâu, và các bước tiếp theo ngắn nhất."""
        self.by.must("see")
        person = facts_of(self.by, person_id)
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


class SelfCheck(Door):
    authentication_classes = []
    permission_classes = [AllowAny]

    @extend_schema(
        operation_id="self_check", request=SelfCheckBody, responses={200: SelfCheckShape}, auth=[]
    )
    def post(self, request: Request) -> Response:
        """Tự kiểm tra: không cần đăng nhập, không hỏi tên, không lưu gì."""
        given = self.body(SelfCheckBody, request)
        born_on, standings = standings_by_answers(
            given.get("birth_year"), given.get("age"), given.get("standings", {}), self.at
        )
        on = day_of(self.at)
        ready = readiness(born_on, standings, on)
        steps = next_steps(born_on, standings, on, given.get("blockers", ()))
        return Response(_show_readiness(ready, steps, request))
