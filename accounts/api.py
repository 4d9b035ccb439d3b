"""The doors of accounts."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions, queries
from accounts.actor import Actor
from accounts.models import Device, Post
from accounts.rules import Role, Verb
from base.api import Door, Id, PublicDoor, Strict, Text, address_of, page_of
from base.errors import NotFound
from base.models import SYSTEM

ROLES = [role.value for role in Role]


class InviteBody(Strict):
    role = serializers.ChoiceField(choices=ROLES)
    area = Text(max_length=16)
    full_name = Text(max_length=100)
    phone = Text(max_length=20)


class InvitationShape(Strict):
    code = serializers.CharField()
    expires_at = serializers.DateTimeField()


class EnrolBody(Strict):
    code = Text(max_length=100)
    device_name = Text(max_length=60)
    password = Text(max_length=200, trim_whitespace=False)


class UserShape(Strict):
    id = serializers.UUIDField()
    full_name = serializers.CharField()


class TokenShape(Strict):
    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class EnrolledShape(TokenShape):
    user = UserShape()


class SignInBody(Strict):
    phone = Text(max_length=20)
    password = Text(max_length=200, trim_whitespace=False)
    device_name = Text(max_length=60)


class AreaNameShape(Strict):
    code = serializers.CharField()
    name = serializers.CharField()


class HeldPostShape(Strict):
    role = serializers.ChoiceField(choices=ROLES)
    area = AreaNameShape()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()  # "from" is a Python keyword
        fields["from"] = serializers.DateTimeField()
        fields["to"] = serializers.DateTimeField(allow_null=True)
        return fields


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


class AppointBody(Strict):
    user = Id()
    role = serializers.ChoiceField(choices=ROLES)
    area = Text(max_length=16)


class PostShape(HeldPostShape):
    id = serializers.IntegerField()
    user = UserShape()


class PostsShape(Strict):
    results = PostShape(many=True)
    next = serializers.CharField(allow_null=True)


class PageQuery(Strict):
    cursor = Text(required=False, max_length=1000)


def show_post(post: Post) -> dict[str, Any]:
    """A post as it is told."""
    return {
        "role": post.role,
        "area": {"code": post.area.code, "name": post.area.name},
        "from": post.from_at,
        "to": post.to_at,
    }


class Invitations(Door):
    @extend_schema(operation_id="invite", request=InviteBody, responses={201: InvitationShape})
    def post(self, request: Request) -> Response:
        """Mời một người vào Tổ: mã dùng một lần, đưa tận tay, hết hạn sau 24 giờ."""
        given = self.body(InviteBody, request)
        given["role"] = Role(given["role"])
        invitation = actions.invite(by=self.by, at=self.at, **given)
        return Response({"code": invitation.code, "expires_at": invitation.expires_at}, status=201)


class Enrol(PublicDoor):
    @extend_schema(operation_id="enrol", request=EnrolBody, responses={201: EnrolledShape}, auth=[])
    def post(self, request: Request) -> Response:
        """Đổi mã mời lấy tài khoản và mã thiết bị (mã thiết bị chỉ hiện một lần)."""
        done = actions.enrol(
            by=SYSTEM, at=self.at, address=address_of(request), **self.body(EnrolBody, request)
        )
        user = {"id": done.user.pk, "full_name": done.user.full_name}
        body = {"token": done.token, "expires_at": done.expires_at, "user": user}
        return Response(body, status=status.HTTP_201_CREATED)


class SignIn(PublicDoor):
    @extend_schema(operation_id="sign_in", request=SignInBody, responses={200: TokenShape}, auth=[])
    def post(self, request: Request) -> Response:
        """Đăng nhập bằng số điện thoại và mật khẩu, nhận mã thiết bị."""
        done = actions.sign_in(
            by=SYSTEM, at=self.at, address=address_of(request), **self.body(SignInBody, request)
        )
        return Response({"token": done.token, "expires_at": done.expires_at})


class Me(Door):
    @extend_schema(operation_id="me", responses={200: MeShape})
    def get(self, request: Request) -> Response:
        """Tôi là ai, giữ vai trò gì, ở đâu."""
        me = queries.describe_me(_actor(self), self.at)
        return Response(
            {
                "id": me.user.pk,
                "full_name": me.user.full_name,
                "verbs": sorted(_actor(self).verbs),
                "posts": [show_post(post) for post in me.posts],
            }
        )


class MyBadge(Door):
    @extend_schema(operation_id="badge", responses={200: BadgeShape})
    def get(self, request: Request) -> Response:
        """Thẻ của tôi: mã mới mỗi phút, để người dân kiểm tra tôi có đúng là thành viên Tổ."""
        self.by.must(Verb.RECORD)
        shown = queries.describe_badge(_actor(self), self.at)
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
        page = page_of(queries.list_devices(_actor(self), self.at), ("id",), **self.asked)
        return Response(page.answer(lambda device: _show_device(device, self.by.device_id)))


class OneDevice(Door):
    @extend_schema(operation_id="get_device", responses={200: DeviceShape})
    def get(self, request: Request, device_id: int) -> Response:
        """Một thiết bị của tôi."""
        device = queries.find_device(_actor(self), device_id, self.at)
        if device is None:
            raise NotFound()
        return Response(_show_device(device, self.by.device_id))

    @extend_schema(operation_id="revoke_device", responses={204: None})
    def delete(self, request: Request, device_id: int) -> Response:
        """Thu hồi một thiết bị của tôi (mất máy, đổi máy)."""
        actions.revoke_device(by=self.by, device_id=device_id, at=self.at)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Lock(Door):
    @extend_schema(operation_id="unlock_account", responses={204: None})
    def delete(self, request: Request, user_id: UUID) -> Response:
        """Mở khóa một tài khoản trong địa bàn của tôi đã thử sai mật khẩu nhiều lần."""
        actions.unlock_account(by=self.by, user_id=user_id, at=self.at)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Posts(Door):
    asks = PageQuery

    @extend_schema(operation_id="list_posts", parameters=[PageQuery], responses={200: PostsShape})
    def get(self, request: Request) -> Response:
        """Các phân công trong địa bàn của tôi."""
        page = page_of(queries.list_posts(_actor(self), self.at), ("id",), **self.asked)
        return Response(page.answer(_show_appointment))

    @extend_schema(operation_id="appoint", request=AppointBody, responses={201: PostShape})
    def post(self, request: Request) -> Response:
        """Phân công một người đã có tài khoản."""
        given = self.body(AppointBody, request)
        post = actions.appoint(
            by=self.by, user_id=given["user"], role=Role(given["role"]), area=given["area"], at=self.at
        )
        return Response(_show_appointment(post), status=status.HTTP_201_CREATED)


class OnePost(Door):
    @extend_schema(operation_id="get_post", responses={200: PostShape})
    def get(self, request: Request, post_id: int) -> Response:
        """Một phân công trong địa bàn của tôi."""
        post = queries.find_post(_actor(self), post_id, self.at)
        if post is None:
            raise NotFound()
        return Response(_show_appointment(post))

    @extend_schema(operation_id="dismiss", responses={204: None})
    def delete(self, request: Request, post_id: int) -> Response:
        """Thôi phân công: quyền hết ngay ở yêu cầu tiếp theo."""
        actions.dismiss(by=self.by, post_id=post_id, at=self.at)
        return Response(status=status.HTTP_204_NO_CONTENT)


def _actor(door: Door) -> Actor:
    by = door.by
    assert isinstance(by, Actor)
    return by


def _show_device(device: Device, current: int | None) -> dict[str, Any]:
    return {
        "id": device.pk,
        "name": device.name,
        "created_at": device.created_at,
        "expires_at": device.expires_at,
        "current": device.pk == current,
    }


def _show_appointment(post: Post) -> dict[str, Any]:
    user = {"id": post.user.pk, "full_name": post.user.full_name}
    return {"id": post.pk, "user": user, **show_post(post)}
