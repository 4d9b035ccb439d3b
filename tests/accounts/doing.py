"""What the stories of accounts do again and again, by HTTP."""

from __future__ import annotations

from typing import Any

from tests.village import UPPER, Caller, Reply, calling

OANH = "0912 111 222"
A_PASSWORD = "con-trau-di-truoc-cai-cay"


def invited(by: str = "dung", **other: Any) -> Reply:
    """The answer to an invitation of chị Oanh as a volunteer of the upper hamlet, unless said otherwise."""
    body = {"role": "volunteer", "area": UPPER, "full_name": "Phạm Thị Oanh", "phone": OANH, **other}
    return calling(by).post("accounts/enrolments", body)


def a_code(by: str = "dung", **other: Any) -> str:
    """The one-time code that Oanh reads from the inviter's screen."""
    reply = invited(by, **other)
    assert reply.status == 201, reply.json
    return str(reply.json["code"])


def enrolling(code: str, password: str = A_PASSWORD, device: str = "Máy của Oanh") -> Reply:
    return calling().post("accounts/enrol", {"code": code, "device_name": device, "password": password})


def signing_in(phone: str, password: str, device: str = "Máy mới") -> Reply:
    return calling().post("accounts/sign-in", {"phone": phone, "password": password, "device_name": device})


def holding(token: str) -> Caller:
    """Somebody who holds a device with this token."""
    return Caller(token)
