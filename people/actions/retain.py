"""What is past its time in this room; each class is an action of its own, and a dry run only tells."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from areas.actions import take_revisions
from base import bulk
from base.models import Asker
from base.registry import plug
from people.models import Change, Import
from people.queries.retaining import households_empty_before

_GONE = """INSERT INTO people_departure (hamlet_id, record, kind, revision)
SELECT hamlet_id, id, 'household', revision FROM json_to_recordset(%(rows)s::json)
    AS given(id uuid, hamlet_id bigint, revision bigint)
ON CONFLICT (hamlet_id, record) DO UPDATE SET revision = excluded.revision"""
_ERASE = (
    "DELETE FROM people_change WHERE household_id = ANY(%(ids)s::uuid[])",
    "DELETE FROM people_household WHERE id = ANY(%(ids)s::uuid[])",
)


@bulk.atomic
def forget_empty_households(*, by: Asker, before: datetime, dry: bool) -> list[str]:
    """An address at which nobody was ever written down goes, with the visits to it; phones are told."""
    by.must("keep_house")
    found = households_empty_before(before)
    if found and not dry:
        take_revisions(by=by, counts=dict.fromkeys(set(found.values()), 0))  # takes none, but locks them
        if households_empty_before(before) != found:
            raise bulk.Raced
        ids = list(found)
        plug("people.forget_facts")(by=by, persons=[], households=ids)
        following = take_revisions(by=by, counts=Counter(found.values()))
        rows = []
        for pk, hamlet in found.items():
            rows.append({"id": pk, "hamlet_id": hamlet, "revision": following[hamlet]})
            following[hamlet] += 1
        bulk.execute(_GONE, {"rows": bulk.rows_of(rows)})
        for statement in _ERASE:
            bulk.execute(statement, {"ids": ids})
    return [str(pk) for pk in found]


def drop_old_contacts(*, by: Asker, before: datetime, dry: bool) -> list[str]:
    """Of phones and addresses that were changed, the values; that they were, and when, stays."""
    by.must("keep_house")
    found = Change.objects.filter(field__in=["phone", "address"], at__lte=before)
    ids = list(found.exclude(old="", new="").order_by("pk").values_list("pk", flat=True))
    if not dry:
        Change.objects.filter(pk__in=ids).update(old="", new="")
    return [str(pk) for pk in ids]


def drop_roster_problems(*, by: Asker, before: datetime, dry: bool) -> list[str]:
    """Of rosters that were applied, which row was wrong in what; the counts stay."""
    by.must("keep_house")
    found = Import.objects.filter(applied_at__lte=before).exclude(problems=[], unread=[])
    ids = list(found.order_by("pk").values_list("pk", flat=True))
    if not dry:
        Import.objects.filter(pk__in=ids).update(problems=[], unread=[])
    return [str(pk) for pk in ids]
