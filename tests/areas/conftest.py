"""The areas of these stories: the whole country as it ships, or one small province for the quick ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction

from areas.actions import load_release
from areas.models import Area
from base.models import SYSTEM
from tests.areas.cast import unit


@pytest.fixture(scope="module")
def nation(django_db_setup: None, django_db_blocker: Any) -> Iterator[dict[str, int]]:
    """The shipped release, loaded once a module and rolled back after it; what the load wrote."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield load_release(by=SYSTEM)
        transaction.set_rollback(True)


@pytest.fixture
def commune(db: None) -> Area:
    """Xã Ba Tơ in a province of its own."""
    return unit("commune", "21484", "Xã Ba Tơ", unit("province", "51", "Tỉnh Quảng Ngãi"))
