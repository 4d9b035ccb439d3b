"""Doors that only the server of the bench has: one that does nothing, and two made in the usual way.

The usual way is what the manual of Django REST framework teaches: a serializer with many=True, whose
ListSerializer calls bulk_create; for one document a ModelViewSet with a ModelSerializer. They write
observations and nothing else: no standing, no figure, no receipt, and one does not look who may see whom.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path
from rest_framework import serializers
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView
from rest_framework.viewsets import ModelViewSet

from areas.actions import take_revisions
from checklist.models import Observation
from checklist.rules import Evidence
from config import urls
from people.models import Person


def nothing(request: HttpRequest) -> HttpResponse:
    """What the server, Django and the middleware of the house cost by themselves."""
    return HttpResponse(b"{}", content_type="application/json")


class UsualList(serializers.ListSerializer):
    def create(self, validated_data: list[dict[str, Any]]) -> list[Observation]:
        rows = [Observation(**one) for one in validated_data]
        return Observation.objects.bulk_create(rows)


class UsualObservation(serializers.ModelSerializer):
    id = serializers.UUIDField()
    person_id = serializers.UUIDField()
    evidence = serializers.ChoiceField(choices=[level.code for level in Evidence])
    kind = serializers.CharField(default="", allow_blank=True)
    blocker = serializers.CharField(default="", allow_blank=True)

    class Meta:
        model = Observation
        fields = (
            "id",
            "person_id",
            "item",
            "kind",
            "state",
            "evidence",
            "blocker",
            "expires_on",
            "observed_at",
        )
        list_serializer_class = UsualList

    def validate_evidence(self, value: str) -> int:
        return int(Evidence.of(value))


class InOneTransaction:
    """What Django's ATOMIC_REQUESTS does: the scope that a token brings lasts as long as its transaction."""

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        with transaction.atomic():
            return super().dispatch(*args, **kwargs)


class Usual(InOneTransaction, APIView):
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]

    def post(self, request: Request) -> Response:
        given = UsualObservation(data=request.data, many=True)
        given.is_valid(raise_exception=True)
        persons = {one["person_id"] for one in given.validated_data}
        homes = dict(
            Person.objects.visible_to(request.user).filter(pk__in=persons).values_list("pk", "hamlet_id")
        )
        hamlet = next(iter(homes.values()))
        first = take_revisions(by=request.user, counts={hamlet: len(given.validated_data)})[hamlet]
        for number, one in enumerate(given.validated_data):
            one |= {"hamlet_id": homes[one["person_id"]], "revision": first + number}
        now = serializers.DateTimeField().to_internal_value(request.headers["X-Now"])
        saved = given.save(by_id=request.user.user_id, recorded_at=now, device=request.user.device_id)
        return Response([{"id": str(one.pk), "revision": one.revision} for one in saved], status=201)


class UsualOne(serializers.ModelSerializer):
    id = serializers.UUIDField()
    evidence = serializers.ChoiceField(choices=[level.code for level in Evidence])

    class Meta:
        model = Observation
        fields = (
            "id",
            "person",
            "item",
            "kind",
            "state",
            "evidence",
            "blocker",
            "expires_on",
            "observed_at",
        )

    def validate_evidence(self, value: str) -> int:
        return int(Evidence.of(value))

    def to_representation(self, instance: Observation) -> dict[str, Any]:
        return {"receipts": [{"id": str(instance.pk), "state": "applied"}]}


class UsualViewSet(InOneTransaction, ModelViewSet):
    queryset = Observation.objects.all()
    serializer_class = UsualOne
    parser_classes = [JSONParser]
    renderer_classes = [JSONRenderer]

    def perform_create(self, serializer: Any) -> None:
        given, by = serializer.validated_data, self.request.user
        hamlet = given["person"].hamlet_id
        serializer.save(
            by_id=by.user_id,
            device=by.device_id,
            hamlet_id=hamlet,
            revision=0,
            recorded_at=given["observed_at"],
        )

    def create(self, *args: Any, **kwargs: Any) -> Response:
        answer = super().create(*args, **kwargs)
        answer.status_code = 200  # what the clients of the bench take for a stored one
        return answer


urlpatterns = [
    *urls.urlpatterns,
    path("api/v1/bench/nothing", nothing),
    path("api/v1/bench/usual", Usual.as_view()),
    path("api/v1/bench/usual-one", UsualViewSet.as_view({"post": "create"})),
]
handler404, handler500, handler400 = urls.handler404, urls.handler500, urls.handler400
