"""The bodies and answers of what phones say, as the API description shows them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from base.api import Id, Strict, Text
from sync.commands import COMMANDS
from sync.rules.told import Told

STATES = ["applied", "duplicate", "conflict", "refused", "held"]


class CommandBody(Strict):
    id = Id(help_text="UUIDv7, minted by the phone when the thing was said")
    kind = serializers.ChoiceField(choices=sorted(COMMANDS))

    def get_fields(self) -> dict[str, Any]:
        body = serializers.DictField(
            help_text="The body of the door on line; without `id` it has the command's"
        )
        return {**super().get_fields(), "data": body}  # "data" is a serializer's own name


class PushBody(Strict):
    batch = Id()
    sent_at = serializers.DateTimeField(help_text="By the phone's clock, with its zone")
    commands = CommandBody(many=True, max_length=500)  # type: ignore[call-arg]  # the list's


class CommandReceipt(Strict):
    id = serializers.UUIDField(allow_null=True, help_text="null: the command could not be read")
    state = serializers.ChoiceField(choices=STATES)
    revision = serializers.IntegerField(required=False)
    code = serializers.CharField(required=False)
    path = serializers.CharField(required=False)
    message = serializers.CharField(required=False)
    current = serializers.DictField(required=False, help_text="Of a conflict: how it stands")


class PushShape(Strict):
    server_time = serializers.DateTimeField()
    receipts = CommandReceipt(many=True)


class CountsShape(Strict):
    sent = serializers.IntegerField()
    stored = serializers.IntegerField()
    waiting = serializers.IntegerField()
    refused = serializers.IntegerField()
    conflict = serializers.IntegerField()


class ReceiptsOfPhone(Strict):
    """Of a batch, its receipts; without one, the counts of the device."""

    batch = serializers.UUIDField(required=False)
    received_at = serializers.DateTimeField(required=False)
    device = serializers.IntegerField(required=False)
    counts = CountsShape()
    receipts = CommandReceipt(many=True, required=False)


class ReceiptsQuery(Strict):
    batch = Id(required=False)


class PagesQuery(Strict):
    cursor = Text(required=False, max_length=1000)


class SomebodyShape(Strict):
    id = serializers.UUIDField()
    full_name = serializers.CharField()


class HeldShape(Strict):
    id = serializers.UUIDField()
    kind = serializers.CharField()
    by = SomebodyShape()
    device = serializers.IntegerField()
    area = serializers.CharField()
    owner = SomebodyShape(allow_null=True)
    received_at = serializers.DateTimeField()
    said_at = serializers.DateTimeField(allow_null=True)
    path = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        said = serializers.DictField(help_text="What was said; phone numbers are masked")
        return {**super().get_fields(), "data": said}  # "data" is a serializer's own name


class HeldPage(Strict):
    results = HeldShape(many=True)
    next = serializers.CharField(allow_null=True)


class PhoneShape(Strict):
    id = serializers.IntegerField()
    name = serializers.CharField()
    user = SomebodyShape()
    last_sync = serializers.DateTimeField(allow_null=True)
    counts = CountsShape()
    bytes = serializers.IntegerField(help_text="Of the last batch, as those below")
    ms = serializers.IntegerField()
    app_version = serializers.CharField()
    clock_offset_ms = serializers.IntegerField(help_text="How far its clock is behind the server's")


class PhonePage(Strict):
    results = PhoneShape(many=True)
    next = serializers.CharField(allow_null=True)


def show_told(told: Told, language: str) -> dict[str, Any]:
    """A receipt as it is sent; what there is nothing to say of is left out."""
    shown: dict[str, Any] = {"id": told.id, "state": told.state}
    if told.revision is not None:
        shown["revision"] = told.revision
    if told.code:
        shown |= {"code": told.code, "path": told.path, "message": told.message(language)}
    if told.current is not None:
        shown["current"] = told.current
    return shown
