"""A phone as simple as can be: it applies what the feeds of some hamlets tell since it last asked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection
from msgspec.json import encode

from areas.models import Feed
from areas.rules import FeedKind
from base.sealed import opened
from people.models import Consent, Household, Person
from people.queries import FEED_KINDS
from people.queries.sealed import address_of
from people.rules.persons import masked
from tests.people.doing import hamlet_id

# What goes with a household or person that is gone.
HANGS_ON = {"person": "household", "consent": "person"}
Change = dict[str, Any]
Record = tuple[str, str]


def told(code: str, after: int = 0, kinds: Sequence[FeedKind] = FEED_KINDS) -> list[Change]:
    """What the feed of a hamlet tells after a revision, in its order."""
    changes: list[Change] = []
    with connection.cursor() as cursor:
        for kind in kinds:
            cursor.execute(
                f"SELECT ({kind.told})::text FROM {kind.table} AS row"
                " WHERE hamlet_id = %(hamlet)s AND revision > %(after)s",
                {"code": code, "hamlet": hamlet_id(code), "after": after},
            )
            changes += [json.loads(opened(text.encode(), encode)) for (text,) in cursor.fetchall()]
    return sorted(changes, key=lambda change: change["revision"])


class Phone:
    """Its store holds (kind, id) -> (hamlet, data); `order` is in which it asks for its hamlets."""

    def __init__(self, *order: str) -> None:
        self.seen = dict.fromkeys(order, 0)
        self.store: dict[Record, tuple[str, Any]] = {}

    def pull(self) -> list[Change]:
        """Applies what is new; returns it."""
        new = []
        for code, after in self.seen.items():
            upto = Feed.objects.get(hamlet_id=hamlet_id(code)).revision
            for change in told(code, after):
                assert after < change["revision"] <= upto
                self._apply(change)
                new.append(change)
            self.seen[code] = upto
        return new

    def _apply(self, change: Change) -> None:
        record = (change["kind"], change["id"])
        if not change.get("gone"):
            self.store[record] = (change["hamlet"], change["data"])
        elif self.store.get(record, ("",))[0] == change["hamlet"]:
            self._drop(record)

    def _drop(self, record: Record) -> None:
        del self.store[record]
        for (kind, key), (_, data) in list(self.store.items()):
            if HANGS_ON.get(kind) == record[0] and data[record[0]] == record[1]:
                self._drop((kind, key))


def visible(*codes: str) -> dict[Record, tuple[str, Any]]:
    """What a phone of these hamlets must hold."""
    found: dict[Record, tuple[str, Any]] = {}
    for home in Household.objects.filter(hamlet__code__in=codes, removed_at=None).select_related("hamlet"):
        code = home.hamlet.code
        data = {"hamlet": code, "address": address_of(home), "language": home.language, "edit": home.edit}
        found["household", str(home.pk)] = (code, data)
    for person in Person.objects.filter(hamlet__code__in=codes, removed_at=None).select_related("hamlet"):
        found["person", str(person.pk)] = (person.hamlet.code, person_data(person))
    for consent in Consent.objects.filter(hamlet__code__in=codes).select_related("hamlet"):
        words = ("decision", "text", "language", "channel", "witness")
        data = {"person": str(consent.person_id), **{word: getattr(consent, word) for word in words}}
        data["given_at"] = consent.given_at.isoformat()
        found["consent", str(consent.pk)] = (consent.hamlet.code, data)
    return found


def person_data(person: Person) -> dict[str, Any]:
    """A person as the feed tells him; what is not known is left out."""
    same = ("full_name", "birth_year", "sex", "relation", "residence", "presence", "edit")
    data = {name: getattr(person, name) for name in same}
    data |= {"household": str(person.household_id), "phone": masked(person.phone_end)}
    data["birth_date"] = person.birth_date and person.birth_date.isoformat()
    return {name: value for name, value in data.items() if value is not None}
