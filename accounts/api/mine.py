"""Who I am, my badge and my devices."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, queries
from accounts.api.shapes import HeldPostShape, PageQuery, UserShape, actor_at, show_post
from accounts.models import Device
from accounts.rules import Verb
from base.api import Door, Strict, page_of
from base.errors import NotFound


class MeShape(UserShape):
    verbs = serializers.ListField(child=serializers.CharField())
    posts = HeldPostShape(many=True)


class BadgeShape(Strict):
    code = serializers.CharField(help_text="To be shown, or spelt out; another one each minute")
    url = serializers.CharField(help_text="Where anybody can check it: to be shown as a QR code")
    next_at = serializers.DateTimeField(help_text="Ask again then")
    expires_at = serializers.DateTimeField()
    first_name = serializers.CharField(help_text="What a citizen sees")
    team = serializers.CharField(help_text="What a citizen sees")


class DeviceShape(Strict):
    id = serializers.IntegerField()
    name = serializers.CharField()
    created_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    current = serializers.BooleanField()


class DevicesShape(Strict):
    results = DeviceShape(many=True)
    next = serializers.CharField(allow_null=True)


class Me(Door):
    before_second = True

    @extend_schema(operation_id="me", responses={200: MeShape})
    def get(self, request: Request) -> Response:
        """Tôi là ai, giữ vai trò gì, ở đâu."""
        me = queries.describe_me(actor_at(self), self.at)
        return Response(
            {
                "id": me.user.pk,
                "full_name": me.user.full_name,
                "verbs": sorted(actor_at(self).verbs),
                "posts": [show_post(post) for post in me.posts],
            }
        )


class MyBadge(Door):
    @extend_schema(operation_id="badge", responses={200: BadgeShape})
    def get(self, request: Request) -> Response:
        """Thẻ của tôi: mã mới mỗi phút, để người dân kiểm tra tôi có đúng là thành viên Tổ."""
        self.by.must(Verb.RECORD)
        shown = queries.describe_badge(actor_at(self), self.at)
        if shown is None:
            raise NotFound()
        return Response(
            {
                "code": shown.code,
                "url": request.build_absolute_uri(f"/the/{shown.code}"),
                "next_at": shown.next_at,
                "expires_at": shown.expires_at,
                "first_name": shown.badge.first_name,
                "team": shown.badge.team,
            }
        )


class Devices(Door):
    asks = PageQuery

    @extend_schema(operation_id="list_devices", parameters=[PageQuery], responses={200: DevicesShape})
    def get(self, request: Request) -> Response:
        """Các thiết bị đang đăng nhập bằng tài khoản của tôi."""
        page = page_of(queries.list_devices(actor_at(self), self.at), ("id",), **self.asked)
        return Response(page.answer(lambda device: _show_device(device, self.by.device_id)))


class OneDevice(Door):
    @extend_schema(operation_id="get_device", responses={200: DeviceShape})
    def get(self, request: Request, device_id: int) -> Response:
        """Một thiết bị của tôi."""
        device = queries.find_device(actor_at(self), device_id, self.at)
        if device is None:
            raise NotFound()
        return Response(_show_device(device, self.by.device_id))

    @extend_schema(operation_id="revoke_device", responses={204: None})
    def delete(self, request: Request, device_id: int) -> Response:
        """Thu hồi một thiết bị (mất máy, đổi máy): của tôi, hoặc của người tôi phụ trách."""
        actions.revoke_device(by=self.by, device_id=device_id, at=self.at)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _show_device(device: Device, current: int | None) -> dict[str, Any]:
    return {
        "id": device.pk,
        "name": device.name,
        "created_at": device.created_at,
        "expires_at": device.expires_at,
        "current": device.pk == current,
    }
