"""The second wall: whatever is asked, PostgreSQL shows the role that serves no row out of the scope."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, models
from django.test.utils import isolate_apps

from accounts.management.commands.grant_application import rights_on
from areas.models import Area
from areas.queries import hamlets_under
from base.models import SYSTEM, new_id
from checklist.actions import record_observations, record_visits
from config.database import OPTIONS
from people.actions import Move, give_consents, move_households
from people.models import Import
from privacy.actions import issue_code, open_request
from tests import make
from tests.conftest import APPLICATION, serving
from tests.sync.saying import change, observation, push
from tests.village import AT, COMMUNE, LOWER, UPPER, an_id

pytestmark = pytest.mark.django_db
BEHIND = """
SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace AND relrowsecurity
    AND EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid)
"""
# Tables about persons or of a hamlet that are in front of the wall, and why.
IN_FRONT = {
    "areas_feed": "how far a hamlet's feed is",
    "checklist_tally": "sums",
    "checklist_tallystep": "sums",
    "reports_periodfigure": "sums that were closed",
    "reports_snapshot": "sums of a day",
}


def ask(sql: str, *given: Any) -> list[Any]:
    """The first column of each row."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given or None)
        return [row[0] for row in cursor.fetchall()] if cursor.description else []


def guarded() -> list[str]:
    return sorted(ask(BEHIND))


@contextmanager
def scope(*hamlets: int, above: Iterable[int] = ()) -> Iterator[None]:
    """As the role that serves, for somebody with posts at these hamlets or above."""
    with serving():
        ids = [*hamlets, *above, *hamlets_under(above)]
        ask("SELECT set_config('app.areas', %s, true)", f"{{{','.join(map(str, ids))}}}")
        yield


def seen() -> dict[str, int]:
    """How many rows of each guarded table are shown; left out are those that show none."""
    counts = {table: ask(f"SELECT count(*) FROM (SELECT * FROM {table}) AS raw")[0] for table in guarded()}
    return {table: n for table, n in counts.items() if n}


@pytest.fixture
def lives() -> dict[str, int]:
    """Rows of one hamlet alone in every table behind the wall: how many there are."""
    upper = Area.objects.get(code=UPPER)
    for table, column in (("people_person", "hamlet_id"), ("people_household", "hamlet_id")):
        # Nobody else's household is there to be seen.
        ask(f"UPDATE {table} SET {column} = %s WHERE {column} <> %s", upper.pk, upper.pk)
    lan, nguyen = an_id("lan"), an_id("nguyen")
    record_observations(by=SYSTEM, observations=[make.observation(lan, "identity", "level1")], at=AT)
    record_visits(by=SYSTEM, visits=[make.visit(nguyen)], at=AT)
    give_consents(by=SYSTEM, consents=[make.consent(lan)], at=AT)
    push("an", change(lan, presence=("present", "away")), observation(new_id()))
    for there in (LOWER, UPPER):
        move_households(by=SYSTEM, moves=[Move(an_id("le"), there)], at=AT)
    ask("UPDATE people_departure SET hamlet_id = %s", upper.pk)
    ask("DELETE FROM sync_receipt WHERE area_id IS NULL")  # its sender's alone
    nothing: dict[str, Any] = {key: [] for key in ("columns", "ignored", "hamlets", "counts", "problems")}
    Import.objects.create(id=new_id(), area=upper, state="staged", sha256="", staged_at=AT, **nothing)
    issue_code(by=SYSTEM, person=lan, at=AT)
    open_request(by=SYSTEM, person=lan, kind="access", channel="door", at=AT)
    counts = seen()
    assert sorted(counts) == guarded(), "a table behind the wall has no row to prove it with"
    return counts


def leaks() -> dict[str, int]:
    """What is shown of the upper hamlet to whoever is at the lower one, to an office elsewhere, to nobody."""
    found: dict[str, int] = {}
    elsewhere = Area.objects.filter(level="commune").exclude(code=COMMUNE).first()
    assert elsewhere is not None
    lower = Area.objects.get(code=LOWER).pk
    for hamlets, above in (((), ()), ((lower,), ()), ((), (elsewhere.pk,))):
        with scope(*hamlets, above=above):
            found |= seen()
    return found


def test_Z_07_raw_reading_in_another_scope_shows_nothing(lives: dict[str, int]) -> None:
    assert leaks() == {}
    upper = Area.objects.select_related("parent").get(code=UPPER)
    assert upper.parent is not None
    assert upper.parent.parent_id is not None
    for hamlets, above in (((upper.pk,), ()), ((), (upper.parent_id,)), ((), (upper.parent.parent_id,))):
        with scope(*hamlets, above=above):
            assert seen() == lives


def test_Z_07_control_a_table_without_its_policy_is_seen(lives: dict[str, int]) -> None:
    ask("CREATE POLICY planted ON checklist_visit USING (true)")
    assert leaks() == {"checklist_visit": lives["checklist_visit"]}


def test_Z_07_what_is_written_out_of_scope_is_refused(lives: dict[str, int]) -> None:
    lower = Area.objects.get(code=LOWER).pk
    upper = Area.objects.get(code=UPPER).pk
    with scope(upper):
        assert refused(f"UPDATE people_household SET hamlet_id = {lower}")
    with scope(lower):
        assert ask("UPDATE people_household SET address = 'x' RETURNING 1") == []


def asking() -> list[str]:
    """Tables whose policy asks another table: it would be asked with every statement, for each of them."""
    return sorted(ask("SELECT tablename FROM pg_policies WHERE qual ~* '\\mFROM\\M'"))


def test_Z_07_a_policy_looks_at_the_scope_and_asks_no_table() -> None:
    assert asking() == []


def test_Z_07_control_a_policy_that_asks_is_found() -> None:
    ask("CREATE POLICY planted ON checklist_visit USING (hamlet_id IN (SELECT id FROM areas_area))")
    assert asking() == ["checklist_visit"]


def unguarded(found: Iterable[type[models.Model]], behind: Iterable[str]) -> list[str]:
    """Models of a hamlet, household or person whose table is neither behind the wall nor named above."""
    own = ("people.Household", "people.Person", "people.Import")
    wrong = []
    for model in found:
        keys = [field for field in model._meta.get_fields() if field.many_to_one or field.one_to_one]
        targets = {str(field.related_model) for field in keys if not field.auto_created}
        about = any(f"'{name.replace('.', '.models.')}'" in target for name in own for target in targets)
        about = about or model._meta.label in own or any(field.name == "hamlet" for field in keys)
        if about and model._meta.db_table not in {*behind, *IN_FRONT}:
            wrong.append(model._meta.label)
    return wrong


def test_Z_07_every_table_about_a_person_is_behind_the_wall() -> None:
    assert unguarded(apps.get_models(), guarded()) == []
    assert {"sync_receipt", "people_import"} <= set(guarded())
    assert not set(IN_FRONT) & set(guarded())


@isolate_apps("people")
def test_Z_07_control_a_planted_table_in_front_of_it_is_found() -> None:
    class Note(models.Model):
        text = models.TextField()
        hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")

        class Meta:
            app_label = "people"

    assert unguarded([Note], guarded()) == ["people.Note"]


def refused(statement: str) -> bool:
    """Whether the role we are may not do this; it is undone either way."""
    link = connection.connection
    try:
        with link.transaction(force_rollback=True):
            link.execute(statement)
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


def powers(role: str) -> list[str]:
    """What a role is that makes the wall nothing to it."""
    row = "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb FROM pg_roles WHERE rolname = %s"
    with connection.cursor() as cursor:
        cursor.execute(row, [role])
        names = [column.name for column in cursor.description]
        found = [name for name, holds in zip(names, cursor.fetchone(), strict=True) if holds]
    owned = "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tableowner = %s LIMIT 1"
    return found + ["owner" for _ in ask(owned, role)]


def test_Z_07_the_role_that_serves_owns_nothing_and_is_under_the_rules() -> None:
    assert powers(APPLICATION) == []


def test_Z_07_control_the_owner_may_not_serve() -> None:
    (owner,) = ask("SELECT tableowner FROM pg_tables WHERE tablename = 'people_person'")
    assert "owner" in powers(owner)
    with pytest.raises(CommandError, match="may not serve"):
        call_command("grant_application", owner)


SCHEMA = (
    "CREATE TABLE planted (id int)",
    "CREATE TEMPORARY TABLE planted (id int)",
    "CREATE SCHEMA planted",
    "CREATE FUNCTION planted() RETURNS int LANGUAGE sql AS 'SELECT 1'",
    "ALTER TABLE people_person ADD COLUMN planted int",
    "ALTER TABLE people_person DISABLE ROW LEVEL SECURITY",
    "DROP POLICY in_scope ON people_person",
    "DROP TABLE people_departure",
    "TRUNCATE people_departure",
    "CREATE INDEX planted ON people_person (phone)",
    "CREATE ROLE planted",
    "DELETE FROM django_migrations",
)


def test_O_08_the_role_that_serves_changes_no_schema() -> None:
    with serving():
        assert [one for one in SCHEMA if not refused(one)] == []


def test_O_08_control_its_owner_does() -> None:
    assert [one for one in SCHEMA if not refused(one)] == list(SCHEMA)


def changeable() -> list[str]:
    """What may be done to what only grows."""
    tries = [f"{verb} {table}" for table in settings.ONLY_GROW for verb in ("DELETE FROM", "TRUNCATE")]
    for table in (*settings.ONLY_GROW, *settings.CHANGED_ONLY_IN):
        free = settings.CHANGED_ONLY_IN.get(table, ())
        columns = ask("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", table)
        tries += [f"UPDATE {table} SET {name} = {name}" for name in columns if name not in free]
    with serving():
        return [one for one in tries if not refused(one)]


def test_O_08_what_only_grows_is_neither_changed_nor_deleted() -> None:
    assert changeable() == []
    assert rights_on("reports_opening") == "SELECT, INSERT"
    assert rights_on("privacy_breach") == "SELECT, INSERT, UPDATE (alarm, closed_at)"


def test_O_08_control_one_right_too_many_is_found() -> None:
    ask(f"GRANT UPDATE (state) ON checklist_observation TO {APPLICATION}")
    assert changeable() == ["UPDATE checklist_observation SET state = state"]
    ask(f"GRANT DELETE ON privacy_breach TO {APPLICATION}")
    assert "DELETE FROM privacy_breach" in changeable()
    call_command("grant_application", APPLICATION)
    assert changeable() == [], "granting begins from nothing"


def limits(kind: str | None) -> dict[str, str]:
    """How long a process of this kind may take, as PostgreSQL understood it."""
    params = {
        name: value
        for name, value in connection.get_connection_params().items()
        if name in ("dbname", "host", "port", "user", "password")
    }
    names = ("statement_timeout", "idle_in_transaction_session_timeout", "lock_timeout")
    with psycopg.connect(**params, options=OPTIONS[kind] if kind else "") as link:
        return {name: link.execute(f"SHOW {name}").fetchone()[0] for name in names}  # type: ignore[index]


def too_long(found: dict[str, str], statement: str, idle: str) -> list[str]:
    wanted = {"statement_timeout": statement, "idle_in_transaction_session_timeout": idle}
    return [name for name, value in wanted.items() if found[name] != value]


def test_R_09_nothing_takes_for_ever() -> None:
    assert too_long(limits("web"), "5s", "10s") == []
    assert too_long(limits("worker"), "1min", "10s") == []


def test_R_09_control_a_connection_without_limits_is_found() -> None:
    names = ["statement_timeout", "idle_in_transaction_session_timeout"]
    assert too_long(limits(None), "5s", "10s") == names
