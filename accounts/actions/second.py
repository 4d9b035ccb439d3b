"""The second factor: six digits from an app (RFC 6238), or one of ten codes on paper, each good once."""

from __future__ import annotations

import hmac
import os
import secrets
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from django.contrib.auth.hashers import check_password
from django.db import transaction

from accounts.actions.devices import hash_of
from accounts.actions.trying import begin_try, end_try
from accounts.actor import Actor, step_up
from accounts.models import Device, RecoveryCode, Totp, User
from accounts.queries import TOTP_SECRET
from accounts.rules import TOTP_STEP, Verb
from base.errors import Refusal

CODES = 10
ISSUER = "Sẵn Sàng Số"


class OtpWrong(Refusal):
    code = "otp.wrong"
    vi = "Mã xác thực không đúng hoặc đã dùng; hãy chờ mã kế tiếp."
    en = "This code is wrong or was used; wait for the next one."


class TotpHeld(Refusal):
    code = "totp.held"
    vi = "Tài khoản này đã có ứng dụng xác thực; hãy gỡ trước khi đặt lại."
    en = "This account has an authenticator already; remove it before another is set up."
    status = 409


class NothingBegun(Refusal):
    code = "totp.not_begun"
    vi = "Chưa bắt đầu đặt ứng dụng xác thực."
    en = "Setting up an authenticator was not begun."
    status = 409


@dataclass(frozen=True)
class Begun:
    """What the app needs, shown once: the secret as text, and as the address in the QR code."""

    secret: str
    uri: str


def begin_totp(*, by: Actor, at: datetime) -> Begun:
    """A new secret for the asker's own account; it is good for nothing until a code of it was told."""
    by.must(Verb.OWN_ACCOUNT)
    return begin_for(User.objects.get(pk=by.user_id))


def begin_for(user: User) -> Begun:
    """The same for an account at the console."""
    if Totp.objects.filter(user=user).exclude(confirmed_at=None).exists():
        raise TotpHeld()
    secret = os.urandom(20)
    new = {"secret": TOTP_SECRET.seal(user.pk, secret.hex()), "last_step": 0, "confirmed_at": None}
    Totp.objects.update_or_create(user=user, defaults=new)
    return Begun(b32encode(secret).decode(), _app(secret).get_provisioning_uri(user.full_name, ISSUER))


@transaction.atomic
def confirm_totp(*, by: Actor, otp: str, address: str, at: datetime) -> list[str]:
    """From now on the account asks for it: the recovery codes, shown once. This device has proved it."""
    by.must(Verb.OWN_ACCOUNT)
    user = User.objects.get(pk=by.user_id)
    begun = begin_try(by=by, address=address, phone=user.number)
    codes = confirm_for(user.pk, otp, at)
    end_try(by=by, begun=begun)
    Device.objects.filter(pk=by.device_id or 0).update(otp_at=at, proved_at=at)
    return codes


def confirm_for(user_id: UUID, otp: str, at: datetime) -> list[str]:
    """The same for an account at the console."""
    if not Totp.objects.filter(user_id=user_id, confirmed_at=None).exists():
        raise NothingBegun()
    if not _takes_digits(user_id, otp, at):
        raise OtpWrong(path="otp")
    Totp.objects.filter(user_id=user_id).update(confirmed_at=at)
    return _new_codes(user_id)


@transaction.atomic
def renew_recovery_codes(*, by: Actor, at: datetime) -> list[str]:
    """Ten others in the place of those that are left; asks for a proof of the last minutes."""
    by.must(Verb.OWN_ACCOUNT)
    step_up(by, at)
    if not has_second(by.user_id):
        raise NothingBegun()
    return _new_codes(by.user_id)


@transaction.atomic
def end_totp(*, by: Actor, at: datetime) -> None:
    """Removes the second factor of the asker's account; asks for a proof of the last minutes."""
    by.must(Verb.OWN_ACCOUNT)
    step_up(by, at)
    if not Totp.objects.filter(user_id=by.user_id).delete()[0]:
        raise NothingBegun()
    RecoveryCode.objects.filter(user_id=by.user_id).delete()
    Device.objects.filter(user_id=by.user_id).update(otp_at=None)


def prove_again(*, by: Actor, otp: str, password: str, address: str, at: datetime) -> None:
    """The asker is himself, now: by his second factor, or by his password where he has none."""
    by.must(Verb.OWN_ACCOUNT)
    user = User.objects.get(pk=by.user_id)
    begun = begin_try(by=by, address=address, phone=user.number)
    second = has_second(user.pk)
    if not (takes_second(user.pk, otp, at) if second else check_password(password, user.password)):
        raise OtpWrong(path="otp" if second else "password")
    end_try(by=by, begun=begun)
    Device.objects.filter(pk=by.device_id or 0).update(proved_at=at, otp_at=at if second else None)


def has_second(user_id: UUID) -> bool:
    """True when the account asks for a second factor."""
    return Totp.objects.filter(user_id=user_id).exclude(confirmed_at=None).exists()


def takes_second(user_id: UUID, otp: str, at: datetime) -> bool:
    """True, once, for the digits of now (or half a minute before or after), and for each recovery code."""
    plain = otp.strip().replace(" ", "")
    return _takes_digits(user_id, plain, at) or _takes_code(user_id, plain, at)


def _takes_digits(user_id: UUID, otp: str, at: datetime) -> bool:
    totp = Totp.objects.filter(user_id=user_id).first()
    if totp is None or len(otp) != 6:
        return False
    app, now = _app(bytes.fromhex(TOTP_SECRET.open(user_id, totp.secret))), int(at.timestamp()) // TOTP_STEP
    for step in (now - 1, now, now + 1):
        if hmac.compare_digest(app.generate(step * TOTP_STEP), otp.encode("utf-8", "replace")):
            # Two at once: the row is changed for one of them.
            return Totp.objects.filter(user_id=user_id, last_step__lt=step).update(last_step=step) == 1
    return False


def _takes_code(user_id: UUID, code: str, at: datetime) -> bool:
    mine = RecoveryCode.objects.filter(user_id=user_id, code_hash=hash_of(f"{user_id}{code.lower()}"))
    return mine.filter(used_at=None).update(used_at=at) == 1


def _new_codes(user_id: UUID) -> list[str]:
    codes: Sequence[str] = [secrets.token_hex(8) for _ in range(CODES)]
    RecoveryCode.objects.filter(user_id=user_id).delete()
    RecoveryCode.objects.bulk_create(
        RecoveryCode(user_id=user_id, code_hash=hash_of(f"{user_id}{code}")) for code in codes
    )
    return list(codes)


def _app(secret: bytes) -> TOTP:
    return TOTP(secret, 6, SHA1(), TOTP_STEP)  # noqa: S303 - what every app computes
