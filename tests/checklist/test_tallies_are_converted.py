"""The rows of before, one for each day on which something begins or ends, become tallies and steps."""

from __future__ import annotations

from datetime import date
from importlib import import_module

import pytest
from django.db import connection

from checklist.actions import record_observations
from checklist.models import Tally, TallyStep
from tests import make
from tests.checklist.counting import differences, hamlet_id, move_in
from tests.village import AT, FAR, actor

pytestmark = pytest.mark.django_db
MIGRATION = import_module("checklist.migrations.0003_tallies_of_a_day_and_steps")
IN_ONE_NUMBER = import_module("checklist.migrations.0004_cells_in_one_number")
BORN = [1950, date(2008, 2, 29), date(2012, 6, 1), date(2008, 3, 1), None]
# Who lives in the far hamlet as it was counted: Chang Thu, born in 1990, has no standings.
HEADS = "('2008-01-01', 2), ('2008-02-29', 1), ('2012-06-01', 1), ('2008-03-01', 1), ('9999-12-31', 1)"
TALLIES = """('signature', 'has', 2, '2026-01-01', '2027-03-31', 1),
    ('signature', 'has', 2, '2026-03-01', '2026-02-01', 1),
    ('identity', 'level2_active', 2, '2026-06-01', '9999-12-31', 1),
    ('payment', 'none', 2, '2026-01-01', '9999-12-31', 1),
    ('payment', 'none', 2, '9999-12-31', '9999-12-31', 1)"""


def test_what_is_converted_equals_a_recount() -> None:
    old, leap, child, young, unknown = move_in(FAR, BORN)
    told = [
        make.observation(old, "signature", "has", kind="ca", expires_on=date(2027, 3, 31)),
        make.observation(leap, "signature", "has", kind="ca", expires_on=date(2026, 2, 1)),
        make.observation(child, "identity", "level2_active"),
        make.observation(young, "payment", "none", kind="e_wallet"),
        make.observation(unknown, "payment", "none", kind="e_wallet"),
    ]
    record_observations(by=actor("giang"), observations=told, at=AT)
    far = hamlet_id(FAR)
    Tally.objects.filter(hamlet_id=far).delete()
    TallyStep.objects.filter(hamlet_id=far).delete()
    assert differences([far]) > 0
    with connection.cursor() as cursor:
        # Under the names that the migration knows, before the tables of the house.
        cursor.execute(
            "CREATE TEMP TABLE checklist_tallystep (hamlet_id bigint, day date, cell smallint, n integer)"
        )
        cursor.execute(
            f"CREATE TEMP TABLE checklist_headcount AS SELECT {far}::bigint AS hamlet_id, born_on::date, n "
            f"FROM (VALUES {HEADS}) AS given(born_on, n)"
        )
        cursor.execute(
            f"CREATE TEMP TABLE checklist_tally AS SELECT {far}::bigint AS hamlet_id, item, state, evidence, "
            f"due_on::date, until_on::date, n "
            f"FROM (VALUES {TALLIES}) AS given(item, state, evidence, due_on, until_on, n)"
        )
        cursor.execute(MIGRATION.STEPS)
        cursor.execute("DROP TABLE pg_temp.checklist_headcount, pg_temp.checklist_tally")
        cursor.execute(
            "CREATE TEMP TABLE checklist_tally (hamlet_id bigint, day date, cells integer[], packed numeric)"
        )
        cursor.execute(MIGRATION.LEVELS)
        cursor.execute(IN_ONE_NUMBER.PACK)
        cursor.execute("SELECT cells FROM checklist_tally")
        [(cells,)] = cursor.fetchall()
        cursor.execute("UPDATE checklist_tally SET cells = NULL")
        cursor.execute(IN_ONE_NUMBER.UNPACK)
        cursor.execute("SELECT cells FROM checklist_tally")
        assert cursor.fetchall() == [(cells,)]
        cursor.execute(
            "INSERT INTO public.checklist_tally (hamlet_id, day, cells) "
            "SELECT hamlet_id, day, packed FROM pg_temp.checklist_tally"
        )
        cursor.execute(
            "INSERT INTO public.checklist_tallystep (hamlet_id, day, cell, n) "
            "SELECT hamlet_id, day, cell, n FROM pg_temp.checklist_tallystep"
        )
        cursor.execute("DROP TABLE pg_temp.checklist_tallystep, pg_temp.checklist_tally")
    assert differences([far]) == 0
    assert len(cells) == 100
    assert TallyStep.objects.filter(hamlet_id=far, n=0).count() == 0
