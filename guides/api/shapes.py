"""The shapes of what goes in and out of the doors of guides, as the API description tells them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from base.api import Strict, Text
from guides.rules import MAX_STEPS, PLATFORMS


class LanguageQuery(Strict):
    lang = Text(
        required=False,
        max_length=20,
        help_text="vi, en, tay, thai, hmong, khmer, ede; else the nearest, which is named in `language`",
    )


class GuidesQuery(LanguageQuery):
    platform = serializers.ChoiceField(choices=list(PLATFORMS), required=False, default="any")


class BundleQuery(LanguageQuery):
    platform = serializers.ChoiceField(choices=list(PLATFORMS), required=False, default="android")
    have = Text(
        required=False,
        max_length=20_000,
        help_text="Ids of guides at hand, separated by commas: only what is new is sent, and what is gone",
    )


class YesNo(serializers.BooleanField):
    """true or false, and no word for them."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data


class FeedbackBody(Strict):
    version = serializers.IntegerField(min_value=1, max_value=9999)
    step = serializers.IntegerField(min_value=1, max_value=MAX_STEPS)
    worked = YesNo()


class CountedShape(Strict):
    counted = serializers.BooleanField(help_text="false: it was taken, but could not be counted just now")


class TextShape(Strict):
    language = serializers.CharField()
    lang = serializers.CharField(help_text="For `lang` attributes (BCP 47)")


class GuideHeadShape(TextShape):
    id = serializers.CharField(help_text="slug:language:platform:version")
    slug = serializers.CharField()
    item = serializers.CharField(help_text="Of the checklist; empty: of none in particular")
    kind = serializers.CharField(help_text="Empty: whatever the kind")
    ways = serializers.ListField(child=serializers.CharField(), help_text="The `step` of the next steps")
    audience = serializers.CharField()
    platform = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()
    version = serializers.IntegerField()
    valid_until = serializers.DateField()


class AnswerShape(Strict):
    language = serializers.CharField(help_text="The language served")
    lang = serializers.CharField(help_text="The same for `lang` attributes (BCP 47)")
    asked = serializers.CharField(help_text="The language asked for")
    platform = serializers.CharField()


class GuidesShape(AnswerShape):
    results = GuideHeadShape(many=True)
    next = serializers.CharField(allow_null=True)


class GuideStepShape(Strict):
    number = serializers.IntegerField()
    text = serializers.CharField(help_text="One action, fit to be read aloud")
    detail = serializers.CharField(help_text="Sanitised HTML: p, ul, ol, li, strong, em, a, br")
    warning = serializers.CharField()
    you_see = serializers.CharField()
    picture = serializers.CharField(allow_null=True, help_text="Its name at /guides/media/")
    picture_alt = serializers.CharField()
    audio = serializers.CharField(allow_null=True, help_text="Its name at /guides/media/")


class GuideShape(GuideHeadShape):
    asked = serializers.CharField(help_text="The language asked for")
    source = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # not DRF's
    checked_on = serializers.DateField()
    steps = GuideStepShape(many=True)


class AlertShape(TextShape):
    slug = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    recognise = serializers.CharField()
    act = serializers.CharField()
    report = serializers.CharField()
    source = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # not DRF's
    valid_from = serializers.DateField()
    valid_until = serializers.DateField()


class AlertsShape(AnswerShape):
    results = AlertShape(many=True)
    next = serializers.CharField(allow_null=True)


class PlaceSheetShape(TextShape):
    code = serializers.CharField(help_text="The `where` of the next steps")
    title = serializers.CharField()
    what = serializers.CharField()
    bring = serializers.ListField(child=serializers.CharField())
    fee = serializers.CharField()
    time = serializers.CharField()
    source = serializers.ListField(child=serializers.CharField())  # type: ignore[assignment]  # not DRF's
    checked_on = serializers.DateField()


class PlaceSheetsShape(AnswerShape):
    results = PlaceSheetShape(many=True)
    next = serializers.CharField(allow_null=True)
