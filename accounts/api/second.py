"""The second factor: setting it up, its recovery codes, and proving oneself again before what weighs most."""

from __future__ import annotations

import segno
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import actions
from accounts.api.shapes import actor_at
from base.api import Door, Strict, Text, address_of


class TotpShape(Strict):
    secret = serializers.CharField(help_text="For an app that cannot read the QR code")
    uri = serializers.CharField()
    qr = serializers.CharField(help_text="The same as an SVG picture")


class OtpBody(Strict):
    otp = Text(max_length=40)


class CodesShape(Strict):
    recovery_codes = serializers.ListField(child=serializers.CharField())


class ProofBody(Strict):
    otp = Text(required=False, default="", max_length=40)
    password = Text(required=False, default="", max_length=200, trim_whitespace=False)


class Totp(Door):
    before_second = True

    @extend_schema(operation_id="begin_totp", request=None, responses={201: TotpShape})
    def post(self, request: Request) -> Response:
        """Bắt đầu đặt ứng dụng xác thực: mã bí mật và mã QR, chỉ hiện một lần."""
        self.nothing(request)
        begun = actions.begin_totp(by=actor_at(self), at=self.at)
        qr = segno.make(begun.uri, micro=False).svg_inline(scale=4)
        body = {"secret": begun.secret, "uri": begun.uri, "qr": qr}
        return Response(body, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="end_totp", responses={204: None})
    def delete(self, request: Request) -> Response:
        """Gỡ ứng dụng xác thực; cần vừa xác thực lại."""
        actions.end_totp(by=actor_at(self), at=self.at)
        return Response(status=status.HTTP_204_NO_CONTENT)


class ConfirmTotp(Door):
    before_second = True

    @extend_schema(operation_id="confirm_totp", request=OtpBody, responses={200: CodesShape})
    def post(self, request: Request) -> Response:
        """Xác nhận bằng một mã của ứng dụng; nhận mười mã dự phòng, chỉ hiện một lần."""
        given = self.body(OtpBody, request)
        codes = actions.confirm_totp(by=actor_at(self), address=address_of(request), at=self.at, **given)
        return Response({"recovery_codes": codes})


class RecoveryCodes(Door):
    @extend_schema(operation_id="renew_recovery_codes", request=None, responses={200: CodesShape})
    def post(self, request: Request) -> Response:
        """Mười mã dự phòng mới thay cho các mã cũ; cần vừa xác thực lại."""
        self.nothing(request)
        return Response({"recovery_codes": actions.renew_recovery_codes(by=actor_at(self), at=self.at)})


class StepUp(Door):
    before_second = True

    @extend_schema(operation_id="step_up", request=ProofBody, responses={204: None})
    def post(self, request: Request) -> Response:
        """Xác thực lại trước việc hệ trọng; có giá trị năm phút."""
        given = self.body(ProofBody, request)
        actions.prove_again(by=actor_at(self), address=address_of(request), at=self.at, **given)
        return Response(status=status.HTTP_204_NO_CONTENT)
