"""Signing in with the identity provider of the province."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.api.coming import TokenShape, show_tokens
from base.api import PublicDoor, Strict, Text, address_of
from base.models import SYSTEM


class LeaveShape(Strict):
    url = serializers.CharField(help_text="Where the browser goes")
    ticket = serializers.CharField(help_text="To be brought back, within ten minutes")


class ReturnBody(Strict):
    ticket = Text(max_length=1000)
    state = Text(max_length=500, help_text="As the provider sent it along")
    code = Text(max_length=2000, help_text="As the provider sent it along")
    device_name = Text(max_length=60)
    otp = Text(required=False, default="", max_length=40)


class Provider(PublicDoor):
    whole = False

    @extend_schema(operation_id="begin_provider", request=None, responses={200: LeaveShape}, auth=[])
    def post(self, request: Request) -> Response:
        """Bắt đầu đăng nhập bằng hệ thống định danh của tỉnh (nơi nào có cấu hình)."""
        self.nothing(request)
        leave = actions.begin_provider(by=SYSTEM)
        return Response({"url": leave.url, "ticket": leave.ticket})


class ProviderReturn(PublicDoor):
    @extend_schema(operation_id="finish_provider", request=ReturnBody, responses={200: TokenShape}, auth=[])
    def post(self, request: Request) -> Response:
        """Trở về từ hệ thống định danh của tỉnh; chỉ người đã có tài khoản ở đây được vào."""
        given = self.body(ReturnBody, request)
        done = actions.finish_provider(by=SYSTEM, address=address_of(request), at=self.at, **given)
        return Response(show_tokens(done))
