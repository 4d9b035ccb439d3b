"""No table holds a token, a code or a password: who steals the database signs in nowhere."""

from __future__ import annotations

import hashlib

import pytest
from django.db import connection

from tests.accounts.doing import A_PASSWORD, a_code, enrolling, signing_in

pytestmark = pytest.mark.django_db


def everything() -> str:
    """Every row of every table as text, bytes in hexadecimal."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        names = [name for (name,) in cursor.fetchall() if not name.startswith("areas_")]
        found = []
        for name in names:
            cursor.execute(f'SELECT t::text FROM "{name}" t')
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def test_no_table_holds_a_token_a_code_or_a_password() -> None:
    code = a_code()
    first = enrolling(code).json["token"]
    second = signing_in("0912111222", A_PASSWORD).json["token"]
    held = everything()
    for secret in (code, first, second, A_PASSWORD):
        assert secret not in held
        assert secret.encode().hex() not in held


def test_the_search_would_have_found_them() -> None:
    """The control: the fingerprint, the name and the device are there."""
    token = enrolling(a_code(), device="Máy rất riêng").json["token"]
    held = everything()
    assert hashlib.sha256(token.encode()).hexdigest() in held
    assert "Máy rất riêng" in held
    assert "Phạm Thị Oanh" in held
