"""The notes of who was shown whom: written in the transaction of the answer, or there is no answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import UUID, uuid5

from django.db import transaction

from accounts.actor import Actor, Sighting
from accounts.models import Post, User
from accounts.queries import holders_at
from accounts.rules import Role
from accounts.rules.audit import BUDGET_LEAST, BUDGET_TIMES, REFUSALS_A_MINUTE
from areas.queries import path_of
from base import bulk
from base.days import day_of
from base.errors import Refusal
from base.models import SYSTEM, Asker
from base.registry import plug
from notices.actions import enqueue


class Paused(Refusal):
    """So many persons in a day are a harvest, not a day's work: no more of them until the day is over."""

    code = "device.paused"
    vi = "Hôm nay tài khoản này đã xem quá nhiều người so với địa bàn được giao. Vẫn gửi được việc đã làm."
    en = "This account was shown far more persons today than it is entrusted with. Work can still be sent."
    status = 429
    retry_after = 24 * 3600

    def __init__(self, user_id: UUID, at: datetime) -> None:
        super().__init__()
        self.user_id = user_id
        self.until = _midnight(at) + timedelta(days=1)
        self.retry_after = max(1, int((self.until - at).total_seconds()))


_NEW = """
    INSERT INTO accounts_accessnote (at, area_id, user_id, device, act, rule, purpose, ref, subjects)
    SELECT statement_timestamp(), area, %(user)s::uuid, %(device)s::bigint, act, '', purpose, ref, ids::uuid[]
    FROM json_to_recordset(%(notes)s::json) AS given(act text, area bigint, ids text, purpose text, ref uuid)
"""
# Within what was counted before, one statement is all.
_USUAL = f"""
WITH shown AS (
    UPDATE accounts_shown SET n = n + %(n)s::integer
    WHERE user_id = %(user)s::uuid AND day = %(day)s::date AND n + %(n)s::integer <= most
        AND (paused_until IS NULL OR paused_until <= %(at)s::timestamptz)
    RETURNING 1
) {_NEW} WHERE EXISTS (SELECT FROM shown) RETURNING 1
"""  # noqa: S608 - put together from constants
# The same inside a statement that shows a page of one hamlet, and knows by itself (`whom.subjects`) of whom:
# its ids need not leave PostgreSQL to come back. Nothing is noted when all must be counted anew.
NOTED_BESIDE = """
shown AS (
    UPDATE accounts_shown SET n = n + cardinality(whom.subjects) FROM whom
    WHERE user_id = %(user)s::uuid AND day = %(day)s::date AND n + cardinality(whom.subjects) <= most
        AND (paused_until IS NULL OR paused_until <= %(at)s::timestamptz)
    RETURNING 1
), noted AS (
    INSERT INTO accounts_accessnote (at, area_id, user_id, device, act, rule, purpose, subjects)
    SELECT statement_timestamp(), %(hamlet)s::bigint, %(user)s::uuid, %(device)s::bigint, %(act)s, '', '',
        subjects FROM whom WHERE EXISTS (SELECT FROM shown) RETURNING 1
)"""
_OPEN = """
INSERT INTO accounts_shown AS kept (user_id, day, n, most) VALUES (%(user)s, %(day)s, 0, 0)
ON CONFLICT (user_id) DO UPDATE SET day = excluded.day
RETURNING paused_until
"""
_DISTINCT = """
SELECT count(*) FROM (
    SELECT unnest(subjects) FROM accounts_accessnote
    WHERE user_id = %(user)s AND at >= %(since)s AND rule = '' AND act = ANY(%(reading)s)
    UNION SELECT unnest(ids::uuid[]) FROM json_to_recordset(%(notes)s::json) AS given(ids text)
) AS seen
"""
_COUNTED = "UPDATE accounts_shown SET n = %(n)s, most = %(most)s, day = %(day)s WHERE user_id = %(user)s"
# By these acts somebody learns of persons whom he may not have known.
READING = (
    *("household.list", "household.read", "person.read", "consent.list", "observation.list"),
    *("readiness.read", "visit.list", "sync.pull", "sync.receipts", "sync.held", "report.read"),
    *("export.open", "request.read", "person.disclose"),
)


def keep_notes(*, by: Actor, at: datetime) -> None:
    """Writes the notes of what the asker was shown, in the caller's transaction. Paused, and nothing is told,
    when he was shown more persons today than BUDGET_TIMES those entrusted to him."""
    by.must("own_account")
    told = by.sightings
    if not told:
        return
    given = {
        "user": by.user_id,
        "device": by.device_id,
        "day": day_of(at),
        "at": at,
        "n": sum(one.n for one in told if one.act in READING),
        "notes": _rows(told),
    }
    told.clear()
    if not bulk.execute(_USUAL, given):
        _count_anew(by, given, at)
        bulk.execute(_NEW, {name: given[name] for name in ("user", "device", "notes")})


def _rows(told: Sequence[Sighting]) -> str:
    return bulk.rows_of(
        [
            {"act": one.act, "area": one.area_id, "ids": one.ids, "purpose": one.purpose, "ref": one.ref}
            for one in told
        ]
    )


def _count_anew(by: Actor, given: Mapping[str, object], at: datetime) -> None:
    """Counts each person once, and what is entrusted; the row stays locked until COMMIT."""
    own = {"user": by.user_id, "day": given["day"]}
    ((paused_until,),) = bulk.execute(_OPEN, own)
    if paused_until is not None and paused_until > at:
        raise Paused(by.user_id, at)
    today = {"user": by.user_id, "since": _midnight(at), "reading": list(READING), "notes": given["notes"]}
    ((n,),) = bulk.execute(_DISTINCT, today)
    most = max(BUDGET_LEAST, BUDGET_TIMES * plug("accounts.count_entrusted")(by))
    if n > most:
        raise Paused(by.user_id, at)
    bulk.execute(_COUNTED, {**own, "n": n, "most": most})


_OPENED = """
INSERT INTO accounts_accessnote (at, area_id, user_id, device, act, rule, purpose, ref, subjects)
SELECT statement_timestamp(), area_id, user_id, %(device)s::bigint, 'export.open', '', purpose, ref, subjects
FROM accounts_accessnote
WHERE user_id = %(user)s AND at >= %(since)s AND act = 'export.build' AND ref = %(ref)s
"""


def note_opening(*, by: Actor, ref: UUID, since: datetime, at: datetime) -> None:
    """Notes that the asker takes a file: of all whom it names, as they were noted when it was built, after
    `since`. Paused as in keep_notes."""
    by.must("own_account")
    bulk.execute(
        _OPENED,
        {"user": by.user_id, "device": by.device_id, "ref": ref, "since": since - timedelta(minutes=1)},
    )
    _count_anew(by, {"day": day_of(at), "notes": "[]"}, at)


_BESIDE = """
INSERT INTO accounts_accessnote (at, area_id, user_id, device, act, rule, purpose, subjects)
VALUES (statement_timestamp(), %(area)s::bigint, %(user)s::uuid, %(device)s::bigint, %(act)s, '', '',
    ARRAY[%(subject)s::uuid])
"""


def note_act(
    *,
    by: Asker,
    act: str,
    subject: UUID,
    area: int | None,
    user: UUID | None = None,
    device: int | None = None,
) -> None:
    """Notes at once what no answer tells of, in the caller's transaction. `user` and `device` where the house
    itself acts upon somebody's device."""
    by.must("own_account")
    who = {"user": by.user_id or user, "device": by.device_id or device}
    bulk.execute(_BESIDE, {**who, "act": act, "area": area, "subject": subject})


def _midnight(at: datetime) -> datetime:
    """When the day began in Viet Nam."""
    return datetime.combine(day_of(at), time(), UTC) - timedelta(hours=7)


_REFUSED = """
WITH counted AS (
    INSERT INTO accounts_denials AS kept (user_id, minute, n)
    VALUES (%(user)s, date_trunc('minute', statement_timestamp()), 1)
    ON CONFLICT (user_id, minute) DO UPDATE SET n = kept.n + 1 RETURNING n
)
INSERT INTO accounts_accessnote (at, area_id, user_id, device, act, rule, purpose, subjects)
SELECT statement_timestamp(), %(area)s::bigint, %(user)s, %(device)s::bigint, 'door.refused', %(rule)s, '',
    ARRAY(SELECT value::uuid FROM json_array_elements_text(%(subjects)s::json))
FROM counted WHERE n <= %(most)s
"""


def note_refusal(*, by: Actor, rule: str, subjects: Iterable[UUID], at: datetime) -> None:
    """Keeps that the asker was refused, by which rule, and what he asked for: when all else is rolled back.
    The first REFUSALS_A_MINUTE of a minute each, then only how many."""
    by.must("own_account")
    asked = by.lacked[-1:] if rule == "right.missing" else []
    given = {
        "user": by.user_id,
        "device": by.device_id,
        "area": by.posts[0].area_id if by.posts else None,
        "rule": "/".join([rule, *asked])[:80],
        "subjects": bulk.rows_of(list(subjects)),
        "most": REFUSALS_A_MINUTE,
    }
    bulk.execute(_REFUSED, given)


_PAUSE = """
UPDATE accounts_shown SET paused_until = %(until)s
WHERE user_id = %(user)s AND (paused_until IS NULL OR paused_until <= %(at)s) RETURNING 1
"""


def pause(*, by: Actor, refusal: Paused, at: datetime) -> None:
    """From now until midnight the account is shown nobody more; those who answer for its areas are told."""
    by.must("own_account")
    with transaction.atomic():
        bulk.execute(_OPEN, {"user": by.user_id, "day": day_of(at)})
        if not bulk.execute(_PAUSE, {"user": by.user_id, "until": refusal.until, "at": at}):
            return
        enqueue(
            by=SYSTEM,
            to=_officers(by, at),
            kind="device_paused",
            subject=uuid5(by.user_id, day_of(at).isoformat()),
            about=User.objects.values_list("full_name", flat=True).get(pk=by.user_id),
            link="/api/v1/sync/devices",
            language="vi",
            at=at,
        )


def _officers(by: Actor, at: datetime) -> list[UUID]:
    """Those who answer for the places where the asker works, never he himself."""
    posts = Post.objects.filter(pk__in=[post.id for post in by.posts]).select_related("area__parent__parent")
    places = {node for post in posts for node in path_of(post.area)}
    return [user for user in holders_at(places, [Role.AREA_ADMIN], at) if user != by.user_id]
