"""Accounts: each has a phone of its own for a name."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.rules import Verb, phone_of
from base.errors import Refusal
from base.models import Asker, new_id
from base.names import clean


class PhoneBad(Refusal):
    code = "phone.bad"
    vi = "Số điện thoại không đúng."
    en = "This is not a phone number."


def account_of(*, by: Asker, number: str, full_name: str, password: str) -> tuple[User, bool]:
    """The account with this number (in E.164), and whether it was made now; `password` is its hash."""
    by.must(Verb.OWN_ACCOUNT)
    known = User.objects.of_phone(number).first()  # also by an index that was not brought up to date
    if known:
        return known, False
    columns = User.objects.phone_columns(pk := new_id(), number)
    index = columns.pop("phone_index")
    new = {"id": pk, "full_name": full_name, "password": password, **columns}
    return User.objects.get_or_create(phone_index=index, defaults=new)


def open_account(*, by: Asker, phone: str, full_name: str, password: str) -> User:
    """An account made by the house itself (the demo); an existing one is returned as it is."""
    by.must(Verb.KEEP_HOUSE)
    number = phone_of(phone)
    if number is None:
        raise PhoneBad(path="phone")
    user, _ = account_of(by=by, number=number, full_name=clean(full_name), password=make_password(password))
    return user
