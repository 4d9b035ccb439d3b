"""A house that stays up while the stories of one file go through it, on the database of the tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from tests import live
from tests.sync.proofs.house import House, house


@pytest.fixture(scope="module")
def standing_house(django_db_setup: None) -> Iterator[House]:
    """The web server on the database of the tests; with `committed` it sees what the stories see."""
    address = live.address_of(connection.settings_dict["NAME"])
    with house(live.environment(address)) as here:
        yield here
