"""Coming in: by a code that somebody shows, or by a password."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.hashers import check_password, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.actions.devices import SignedIn, hash_of, new_device
from accounts.actions.inviting import must_grant
from accounts.actions.opening import account_of
from accounts.actions.posts import give_post
from accounts.actions.second import has_second, takes_second
from accounts.actions.trying import begin_try, end_try
from accounts.models import Enrolment, Post, User
from accounts.queries import ENROLMENT_PHONE, actor_of
from accounts.rules import Role, Verb
from base.errors import Refusal
from base.models import Asker


class CodeRefused(Refusal):
    """Wrong, used or late code, or a wrong password for an account that exists: one answer."""

    code = "enrolment.refused"
    vi = "Mã mời không dùng được (sai, đã dùng hoặc hết hạn), hoặc mật khẩu không đúng."
    en = "The code cannot be used (wrong, used or late), or the password is wrong."
    status = 400


class SignInRefused(Refusal):
    code = "sign_in.refused"
    vi = "Số điện thoại hoặc mật khẩu không đúng."
    en = "The phone number or the password is wrong."
    status = 401


class OtpMissing(Refusal):
    code = "otp.missing"
    vi = "Hãy nhập mã của ứng dụng xác thực."
    en = "Give the code of the authenticator."
    status = 401


class PasswordWeak(Refusal):
    code = "password.weak"
    vi = "Mật khẩu cần ít nhất 12 ký tự và không nằm trong danh sách mật khẩu hay gặp."
    en = "The password needs at least 12 characters and must not be a common one."


@transaction.atomic
def enrol(*, by: Asker, code: str, device_name: str, password: str, address: str, at: datetime) -> SignedIn:
    """Turns a code into an account (or, with its right password, a further post) and a device token.

    A code is worth no more than the right of its inviter: it ends with that. A weak password is refused
    before anybody looks for the account, so that this refusal never tells whether there is one. Failures
    count for the address, and with a good code for the account.
    """
    by.must(Verb.OWN_ACCOUNT)
    begun = begin_try(by=by, address=address)
    enrolment = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("area__parent__parent")
        .filter(code_hash=hash_of(code), used_at=None, code_until__gt=at)
        .first()
    )
    if enrolment is None or not _is_still_given(enrolment, at):
        raise CodeRefused()
    end_try(by=by, begun=begun)
    begun = begin_try(by=by, address=address, phone=ENROLMENT_PHONE.open(enrolment.pk, enrolment.phone))
    _check_password_strength(password, enrolment.full_name)
    user = _account_of(by, enrolment, password)
    Enrolment.objects.filter(pk=enrolment.pk).update(used_at=at)
    role, area_id = Role(enrolment.role), enrolment.area_id
    if not Post.objects.filter(user=user, role=role, area_id=area_id, to_at=None).exists():
        give_post(user, role, area_id, enrolment.invited_by_id, at)
    done = new_device(user, device_name, at)
    end_try(by=by, begun=begun)
    return done


def _is_still_given(enrolment: Enrolment, at: datetime) -> bool:
    """True while the inviter may still give the role (what the house itself gave, it gives for good)."""
    inviter = enrolment.invited_by
    if inviter is None:
        return True
    try:
        must_grant(actor_of(inviter.pk, at), Verb.ENROL, Role(enrolment.role), enrolment.area)
    except Refusal:
        return False
    return inviter.is_active


def _account_of(by: Asker, enrolment: Enrolment, password: str) -> User:
    """The account with the invited phone: a new one, or the present one if this is its password."""
    new = {"full_name": enrolment.full_name, "password": make_password(password)}
    number = ENROLMENT_PHONE.open(enrolment.pk, enrolment.phone)
    user, is_new = account_of(by=by, number=number, **new)
    if not is_new and not (check_password(password, user.password) and user.is_active):
        raise CodeRefused()
    return user


def _check_password_strength(password: str, full_name: str) -> None:
    try:
        validate_password(password, User(full_name=full_name))
    except ValidationError:
        raise PasswordWeak(path="password") from None


def sign_in(
    *, by: Asker, phone: str, password: str, device_name: str, address: str, at: datetime, otp: str = ""
) -> SignedIn:
    """The tokens for the right phone and password, and the second factor where the account has one; a wrong
    one costs the same work and says the same. That the second is missing is told to who knows the first."""
    by.must(Verb.OWN_ACCOUNT)
    begun = begin_try(by=by, address=address, phone=phone)
    user = User.objects.of_phone(phone).filter(is_active=True).first()
    if user is None:
        make_password(password)  # the same work as a check, so that time tells nothing
        raise SignInRefused()
    if not check_password(password, user.password):
        raise SignInRefused()
    second = has_second(user.pk)
    if second and not otp:
        end_try(by=by, begun=begun)
        raise OtpMissing(path="otp")
    if second and not takes_second(user.pk, otp, at):
        raise SignInRefused()
    done = new_device(user, device_name, at, otp_at=at if second else None)
    end_try(by=by, begun=begun)
    return done
