"""The doors of the data subject: with a code from the door, and at the office."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, PublicDoor, Strict, Text, address_of, page_of
from base.errors import NotFound
from base.models import SYSTEM, Asker
from people.rules.persons import RELATIONS, Presence, Residence, Sex
from privacy import actions, queries
from privacy.rules import BreachClock, Kind, Leak, State

KINDS = [kind.value for kind in Kind]


class WantedFields(Strict):
    """What a field is to become."""

    full_name = Text(max_length=100, required=False)
    birth_date = serializers.DateField(required=False)
    birth_year = serializers.IntegerField(required=False, min_value=1800, max_value=9999)
    sex = serializers.ChoiceField(choices=[word.value for word in Sex], required=False)
    phone = Text(max_length=30, required=False, allow_blank=True)
    relation = serializers.ChoiceField(choices=RELATIONS, required=False)
    residence = serializers.ChoiceField(choices=[word.value for word in Residence], required=False)
    presence = serializers.ChoiceField(choices=[word.value for word in Presence], required=False)


class CodeBody(Strict):
    code = Text(max_length=40, help_text="As it was handed over: XXXX-XXXX-XXXX")


class AskBody(Strict):
    kind = serializers.ChoiceField(choices=KINDS)
    wanted = WantedFields(required=False)


class CodeAskBody(AskBody):
    code = Text(max_length=40, help_text="As it was handed over: XXXX-XXXX-XXXX")


class EndBody(Strict):
    granted = serializers.BooleanField()


class IssuedShape(Strict):
    code = serializers.CharField()
    expires_at = serializers.DateTimeField()


class FiledShape(Strict):
    kind = serializers.ChoiceField(choices=KINDS)
    state = serializers.ChoiceField(choices=[state.value for state in State])
    filed_at = serializers.DateTimeField()
    answer_on = serializers.DateField(help_text="The last day for an answer")
    act_on = serializers.DateField(help_text="The last day to act")


class RequestShape(FiledShape):
    id = serializers.UUIDField()
    person = serializers.UUIDField()
    channel = serializers.CharField()
    answered_at = serializers.DateTimeField(allow_null=True)
    extended_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class RequestsShape(Strict):
    results = RequestShape(many=True)
    next = serializers.CharField(allow_null=True)


class RequestsQuery(Strict):
    cursor = Text(required=False, max_length=1000)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)


class BreachShape(Strict):
    number = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=[kind.value for kind in Leak])
    what = serializers.CharField(help_text="A device, an account, an area or a file by its number")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    is_drill = serializers.BooleanField()
    persons = serializers.IntegerField(help_text="How many it concerns")
    alarm_at = serializers.DateTimeField()
    due_at = serializers.DateTimeField(help_text="To be notified by then")
    closed_at = serializers.DateTimeField(allow_null=True)
    clock = serializers.ChoiceField(choices=[clock.value for clock in BreachClock])


class BreachesShape(Strict):
    results = BreachShape(many=True)
    next = serializers.CharField(allow_null=True)


class DisclosureShape(Strict):
    person = serializers.UUIDField()
    made_at = serializers.DateTimeField()
    held = serializers.DictField(help_text="Everything held, by room and table")


class IssueCode(Door):
    @extend_schema(operation_id="issue_code", request=None, responses={201: IssuedShape})
    def post(self, request: Request, person_id: Any) -> Response:
        """Cấp cho một người trưởng thành mã để tự xem dữ liệu của mình; chỉ hiện một lần này."""
        code, until = actions.issue_code(by=self.by, person=person_id, at=self.at)
        return Response({"code": code, "expires_at": until}, status=201)


class SelfView(PublicDoor):
    whole = True

    @extend_schema(operation_id="self_view", request=CodeBody, responses={200: DisclosureShape})
    def post(self, request: Request) -> Response:
        """Xem mọi dữ liệu đang lưu về chính mình, bằng mã đã nhận tận tay."""
        code = self.body(CodeBody, request)["code"]
        told = actions.view_oneself(by=SYSTEM, code=code, address=address_of(request), at=self.at)
        return Response(_told(told, self.at))


class AskByCode(PublicDoor):
    whole = True

    @extend_schema(operation_id="ask_by_code", request=CodeAskBody, responses={201: FiledShape})
    def post(self, request: Request) -> Response:
        """Gửi yêu cầu xem, sửa, rút lại đồng ý, hạn chế, phản đối hoặc xóa dữ liệu của chính mình."""
        given = self.body(CodeAskBody, request)
        code = given.pop("code")
        holder = actions.open_code(by=SYSTEM, code=code, address=address_of(request), at=self.at)
        asked = {"kind": given["kind"], "wanted": _plain(given.get("wanted"))}
        filed = actions.open_request(by=SYSTEM, person=holder.person, channel="code", at=self.at, **asked)
        shown = queries.show_request(filed)
        told = ("kind", "state", "filed_at", "answer_on", "act_on")
        return Response({name: shown[name] for name in told}, status=201)


class AskAtTheDoor(Door):
    @extend_schema(operation_id="file_request", request=AskBody, responses={201: RequestShape})
    def post(self, request: Request, person_id: Any) -> Response:
        """Ghi lại yêu cầu mà một người nói với thành viên Tổ hoặc cán bộ."""
        given = self.body(AskBody, request)
        asked = {"kind": given["kind"], "wanted": _plain(given.get("wanted"))}
        filed = actions.file_request(by=self.by, person=person_id, at=self.at, **asked)
        return Response(_show(self.by, filed), status=201)


class Inbox(Door):
    asks = RequestsQuery

    @extend_schema(operation_id="list_requests", parameters=[RequestsQuery], responses={200: RequestsShape})
    def get(self, request: Request) -> Response:
        """Các yêu cầu của người dân trong địa bàn, hạn gần nhất trước."""
        self.by.must("answer_request")
        page = page_of(queries.list_requests(self.by), ("act_on", "id"), **self.asked)
        queries.note_requests(self.by, page.rows)
        return Response(page.answer(queries.show_request))


class Breaches(Door):
    asks = RequestsQuery

    @extend_schema(operation_id="list_breaches", parameters=[RequestsQuery], responses={200: BreachesShape})
    def get(self, request: Request) -> Response:
        """Sổ sự cố lộ dữ liệu, hạn thông báo gần nhất trước; không nêu tên hay mã người nào."""
        self.by.must("answer_request")
        page = page_of(queries.list_breaches(self.by), ("due_at", "id"), **self.asked)
        return Response(page.answer(lambda row: queries.show_breach(row, self.at)))


class OneRequest(Door):
    @extend_schema(operation_id="get_request", responses={200: RequestShape})
    def get(self, request: Request, request_id: Any) -> Response:
        """Một yêu cầu của người dân."""
        self.by.must("answer_request")
        found = queries.find_request(self.by, request_id)
        if found is None:
            raise NotFound()
        return Response(_show(self.by, found))


class AnswerRequest(Door):
    @extend_schema(operation_id="answer_request", request=None, responses={200: RequestShape})
    def post(self, request: Request, request_id: Any) -> Response:
        """Đã trả lời người dân rằng yêu cầu được nhận."""
        done = actions.answer_request(by=self.by, request_id=request_id, at=self.at)
        return Response(_show(self.by, done))


class ExtendRequest(Door):
    @extend_schema(operation_id="extend_request", request=None, responses={200: RequestShape})
    def post(self, request: Request, request_id: Any) -> Response:
        """Gia hạn một lần, 15 ngày."""
        done = actions.extend_request(by=self.by, request_id=request_id, at=self.at)
        return Response(_show(self.by, done))


class EndRequest(Door):
    @extend_schema(operation_id="end_request", request=EndBody, responses={200: RequestShape})
    def post(self, request: Request, request_id: Any) -> Response:
        """Làm điều được yêu cầu (sửa, xóa ...) hoặc từ chối."""
        granted = self.body(EndBody, request)["granted"]
        done = actions.end_request(by=self.by, request_id=request_id, granted=granted, at=self.at)
        return Response(_show(self.by, done))


class Restriction(Door):
    @extend_schema(operation_id="lift_restriction", responses={204: None})
    def delete(self, request: Request, person_id: Any) -> Response:
        """Người này muốn dữ liệu được dùng lại: mọi điều đã giữ trở về như cũ."""
        actions.lift(by=self.by, person=person_id, at=self.at)
        return Response(status=204)


class Disclose(Door):
    expensive = True

    @extend_schema(operation_id="disclose", responses={200: DisclosureShape})
    def get(self, request: Request, person_id: Any) -> Response:
        """Mọi dữ liệu đang lưu về một người, để cung cấp cho chính người ấy."""
        self.by.must("answer_request")
        return Response(_told(queries.disclose(self.by, person_id), self.at))


def _show(by: Asker, row: Any) -> dict[str, Any]:
    queries.note_requests(by, [row])
    return queries.show_request(row)


def _told(found: queries.Disclosure, at: Any) -> dict[str, Any]:
    return {"person": found.person, "made_at": at, "held": found.rooms}


def _plain(wanted: Any) -> dict[str, Any] | None:
    """What is wanted, as it is kept: a day in its ISO form."""
    if not wanted:
        return None
    return {name: value.isoformat() if name == "birth_date" else value for name, value in wanted.items()}
