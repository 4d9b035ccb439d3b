"""The doors of notices."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door, Strict, page_of
from notices import actions, queries
from notices.models import Notice


class NoticesQuery(Strict):
    cursor = serializers.CharField(required=False, max_length=300)


class NoticeShape(Strict):
    kind = serializers.CharField(help_text="file_ready, file_failed or file_to_approve")
    about = serializers.CharField()
    link = serializers.CharField(help_text="The path of the thing itself; a notice never carries it")
    made_at = serializers.DateTimeField()


class NoticePage(Strict):
    results = NoticeShape(many=True)
    next = serializers.CharField(allow_null=True)


class MailboxBody(Strict):
    email = serializers.EmailField(max_length=200, allow_blank=True, help_text="Blank: by e-mail no more")


class Notices(Door):
    asks = NoticesQuery

    @extend_schema(operation_id="list_notices", parameters=[NoticesQuery], responses={200: NoticePage})
    def get(self, request: Request) -> Response:
        """Thông báo của tôi trong 30 ngày qua."""
        self.by.must("own_account")
        return Response(page_of(queries.list_notices(self.by, self.at), ("id",), **self.asked).answer(_show))


class MyMailbox(Door):
    @extend_schema(operation_id="find_mailbox", responses={200: MailboxBody})
    def get(self, request: Request) -> Response:
        """Địa chỉ thư điện tử nhận thông báo của tôi."""
        self.by.must("own_account")
        return Response({"email": queries.find_mailbox(self.by)})

    @extend_schema(operation_id="set_mailbox", request=MailboxBody, responses={200: MailboxBody})
    def put(self, request: Request) -> Response:
        """Đặt hoặc xóa địa chỉ thư điện tử nhận thông báo."""
        given = self.body(MailboxBody, request)
        actions.set_mailbox(by=self.by, email=given["email"], at=self.at)
        return Response(given)


def _show(notice: Notice) -> dict[str, Any]:
    return {
        "kind": notice.kind,
        "about": notice.about,
        "link": notice.link,
        "made_at": notice.made_at,
    }
