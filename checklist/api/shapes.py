"""The shapes of what goes in and out of the doors of the checklist, as the API description tells them."""

from __future__ import annotations

from rest_framework import serializers

from base.api import Id, Strict, Text
from checklist.items import ITEMS
from checklist.rules import BLOCKERS, OUTCOMES, Evidence


class ObservationBody(Strict):
    id = Id(help_text="Minted by the author (UUIDv7)")
    person = Id()
    item = serializers.ChoiceField(choices=list(ITEMS))
    kind = Text(required=False, allow_blank=True)
    state = Text()
    evidence = serializers.ChoiceField(choices=[level.code for level in Evidence])
    blocker = serializers.ChoiceField(choices=list(BLOCKERS), required=False, allow_blank=True)
    expires_on = serializers.DateField(required=False, allow_null=True)
    observed_at = serializers.DateTimeField()
    visit = Id(required=False, allow_null=True)


class RetractionBody(Strict):
    id = Id(help_text="Minted by the author (UUIDv7)")
    observation = Id()


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


class VisitBody(Strict):
    id = Id(help_text="Minted by the author (UUIDv7)")
    household = Id()
    visited_at = serializers.DateTimeField()
    outcome = serializers.ChoiceField(choices=list(OUTCOMES))


class VisitShape(VisitBody):
    hamlet = serializers.CharField()
    by = serializers.UUIDField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    revision = serializers.IntegerField()


class VisitsShape(Strict):
    results = VisitShape(many=True)
    next = serializers.CharField(allow_null=True)


class PageQuery(Strict):
    cursor = Text(required=False, max_length=1000)


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


class ReadyShape(Strict):
    on = serializers.DateField()
    countable = serializers.BooleanField(help_text="false: the year of birth is not known")
    due = serializers.ListField(child=serializers.CharField())
    ready = serializers.ListField(child=serializers.CharField())
    stage = serializers.IntegerField()
    is_ready = serializers.BooleanField()
    next_steps = StepShape(many=True)


class MisfitShape(Strict):
    item = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField(help_text="As it was answered")
    needs = serializers.CharField(help_text="The item on which that state rests")
    wanted = serializers.CharField(help_text="The state of it that usually comes first")
    given = serializers.CharField(help_text="As it was answered")
    message = serializers.CharField()


class SelfCheckShape(ReadyShape):
    does_not_fit = MisfitShape(
        many=True, help_text="Answers that contradict each other; accepted all the same"
    )


class ReadinessShape(ReadyShape):
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
    title_vi = serializers.CharField()
    title_en = serializers.CharField()


class NeedShape(Strict):
    item = serializers.CharField()
    state = serializers.CharField(help_text="At this state or above")
    for_kind = serializers.CharField(help_text="Only for this kind; empty: for all")
    to_reach = serializers.CharField(help_text="Only to reach this state; empty: always")


class ItemShape(TitledShape):
    pillar = serializers.BooleanField()
    due_age = serializers.IntegerField()
    ready_from = serializers.CharField()
    expires = serializers.BooleanField()
    states = TitledShape(many=True)
    kinds = TitledShape(many=True)
    requires = NeedShape(many=True)
    guides = serializers.ListField(child=serializers.CharField())


class ItemsShape(Strict):
    results = ItemShape(many=True)
    next = serializers.CharField(allow_null=True)
