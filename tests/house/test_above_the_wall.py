"""Production does not serve as the owner of the tables, nor as who is above the second wall."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest
from django.db import connection

from config.database import as_application, refuse_above_the_wall
from config.env import Misconfigured
from tests.conftest import APPLICATION, serving
from tests.house.sources import ROOT
from tests.house.test_production import GOOD
from tests.live import address_of, environment

pytestmark = pytest.mark.django_db


def say(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def started(address: str) -> subprocess.CompletedProcess[str]:
    """The web of production, connected by this address, as far as its first request."""
    env = {**environment(address), **GOOD, "DATABASE_URL": address}
    words = [sys.executable, "-c", "import config.wsgi"]
    return subprocess.run(words, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)


def test_Z_07_the_owner_may_not_serve() -> None:
    with pytest.raises(Misconfigured, match="not of the owner"):
        refuse_above_the_wall()


@pytest.mark.parametrize("how", ["BYPASSRLS", "a member of the owner"])
def test_Z_07_nor_may_who_is_above_the_rules_or_could_be(how: str) -> None:
    say(f"CREATE ROLE planted {how}" if how.isupper() else "CREATE ROLE planted")
    if not how.isupper():
        say("CREATE ROLE planted_owner")
        say("GRANT CREATE ON SCHEMA public TO planted_owner")
        say("ALTER TABLE people_person OWNER TO planted_owner")
        say("GRANT planted_owner TO planted")
    say("SET ROLE planted")
    try:
        with pytest.raises(Misconfigured):
            refuse_above_the_wall()
    finally:
        say("RESET ROLE")


def test_Z_07_control_the_role_that_serves_may() -> None:
    with serving():
        refuse_above_the_wall()


def test_Z_07_the_web_of_production_does_not_start_as_the_owner(db: Any) -> None:
    owner = address_of(str(connection.settings_dict["NAME"]))
    refused, served = started(owner), started(as_application(owner))
    assert refused.returncode != 0
    assert "not of the owner" in refused.stderr
    assert (served.returncode, APPLICATION in as_application(owner)) == (0, True), served.stderr[-2000:]
