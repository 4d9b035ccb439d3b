"""Inviting, enrolling, signing in, and the next token."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.api.shapes import ROLES, UserShape
from accounts.rules import Role
from base.api import Door, PublicDoor, Strict, Text, address_of, problem_of
from base.errors import Refusal
from base.models import SYSTEM


class InviteBody(Strict):
    role = serializers.ChoiceField(choices=ROLES)
    area = Text(max_length=16)
    full_name = Text(max_length=100)
    phone = Text(max_length=20)


class InvitationShape(Strict):
    id = serializers.IntegerField(help_text="Ask for the next code by it")
    code = serializers.CharField(help_text="To be shown as a QR code; good once, and for a minute")
    code_expires_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="The end of the invitation")


class EnrolBody(Strict):
    code = Text(max_length=100)
    device_name = Text(max_length=60)
    password = Text(max_length=200, trim_whitespace=False)


class TokenShape(Strict):
    token = serializers.CharField(help_text="Opens doors until expires_at, a quarter of an hour at most")
    expires_at = serializers.DateTimeField()
    refresh = serializers.CharField(help_text="To be exchanged for the next token, once")
    refresh_expires_at = serializers.DateTimeField(help_text="Unless it is exchanged before then")


class RefreshBody(Strict):
    refresh = Text(max_length=100)
    next = Text(
        max_length=100,
        help_text="The secret of the next refresh token: 43 random characters of base64url, stored by the "
        "device before it asks. The next refresh token is the part of the present one before its dot, a dot, "
        "and this. An answer that was lost: ask again with the same two.",
    )


class EnrolledShape(TokenShape):
    user = UserShape()


class SignInBody(Strict):
    phone = Text(max_length=20)
    otp = Text(
        required=False,
        default="",
        max_length=40,
        help_text="Six digits of the authenticator, or a recovery code, where the account has one",
    )
    password = Text(max_length=200, trim_whitespace=False)
    device_name = Text(max_length=60)


class Invitations(Door):
    @extend_schema(operation_id="invite", request=InviteBody, responses={201: InvitationShape})
    def post(self, request: Request) -> Response:
        """Mời một người vào Tổ: lời mời hết hạn sau 24 giờ; mã dùng một lần, đưa tận tay, đổi mỗi phút."""
        given = self.body(InviteBody, request)
        given["role"] = Role(given["role"])
        invitation = actions.invite(by=self.by, at=self.at, **given)
        return Response(_show_invitation(invitation), status=201)


class OneInvitation(Door):
    @extend_schema(operation_id="withdraw_invitation", responses={204: None})
    def delete(self, request: Request, enrolment_id: int) -> Response:
        """Thu hồi một lời mời của tôi chưa dùng."""
        actions.withdraw_invitation(by=self.by, enrolment_id=enrolment_id, at=self.at)
        return Response(status=status.HTTP_204_NO_CONTENT)


class NextCode(Door):
    @extend_schema(operation_id="renew_code", request=None, responses={200: InvitationShape})
    def post(self, request: Request, enrolment_id: int) -> Response:
        """Mã kế tiếp của lời mời của tôi; mã trước hết dùng được."""
        self.nothing(request)
        return Response(
            _show_invitation(actions.renew_code(by=self.by, enrolment_id=enrolment_id, at=self.at))
        )


class Enrol(PublicDoor):
    @extend_schema(operation_id="enrol", request=EnrolBody, responses={201: EnrolledShape}, auth=[])
    def post(self, request: Request) -> Response:
        """Đổi mã mời lấy tài khoản và mã thiết bị (mã thiết bị chỉ hiện một lần)."""
        done = actions.enrol(
            by=SYSTEM, at=self.at, address=address_of(request), **self.body(EnrolBody, request)
        )
        user = {"id": done.user.pk, "full_name": done.user.full_name}
        return Response({**show_tokens(done), "user": user}, status=status.HTTP_201_CREATED)


class SignIn(PublicDoor):
    @extend_schema(operation_id="sign_in", request=SignInBody, responses={200: TokenShape}, auth=[])
    def post(self, request: Request) -> Response:
        """Đăng nhập bằng số điện thoại và mật khẩu, nhận mã thiết bị."""
        done = actions.sign_in(
            by=SYSTEM, at=self.at, address=address_of(request), **self.body(SignInBody, request)
        )
        return Response(show_tokens(done))


class Refresh(PublicDoor):
    @extend_schema(operation_id="refresh", request=RefreshBody, responses={200: TokenShape}, auth=[])
    def post(self, request: Request) -> Any:
        """Đổi mã làm mới lấy mã truy cập kế tiếp; mã cũ dùng lại thì máy bị thu hồi."""
        given = self.body(RefreshBody, request)
        done = actions.refresh_token(
            by=SYSTEM, refresh=given["refresh"], next_secret=given["next"], at=self.at
        )
        if isinstance(done, Refusal):  # kept, so not raised
            return problem_of(done, {"request": request})
        return Response(show_tokens(done))


def _show_invitation(invitation: actions.Invitation) -> dict[str, Any]:
    return {
        "id": invitation.id,
        "code": invitation.code,
        "code_expires_at": invitation.code_expires_at,
        "expires_at": invitation.expires_at,
    }


def show_tokens(done: actions.SignedIn) -> dict[str, Any]:
    """What a device is told, once."""
    return {
        "token": done.token,
        "expires_at": done.expires_at,
        "refresh": done.refresh,
        "refresh_expires_at": done.refresh_expires_at,
    }
