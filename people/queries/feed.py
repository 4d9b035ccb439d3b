"""How households, persons, consents and departures are told in the feed of their hamlet.

Each expression puts the text of a whole change together: nested json_build_object took about twice as
long. What people wrote, days and instants go through `to_json`; ids, numbers and checked words need no
quoting.
"""

from __future__ import annotations

from areas.rules import FeedKind
from people.queries.sealed import ADDRESS
from people.rules.persons import MASK


def _told(kind: str, key: str, rest: str) -> str:
    """A change: its beginning, and the rest of its members."""
    return (
        f"""'{{"kind":"' || {kind} || '","id":"' || row.{key} || '","hamlet":"' || %(code)s::text"""
        f""" || '","revision":' || row.revision || ',{rest} || '}}'"""
    )


def _data(kind: str, data: str) -> str:
    return _told(f"'{kind}'", "id", f'"data":{{{data}')


def _while_kept(kind: str, data: str) -> str:
    """A row that left the books is told as gone."""
    gone = _told(f"'{kind}'", "id", '"gone":true\'')
    return f"CASE WHEN row.removed_at IS NULL THEN {_data(kind, data)} ELSE {gone} END"


# As people.rules.persons.masked.
MASKED = f"CASE WHEN row.phone_end = '' THEN '' ELSE '{MASK}' || row.phone_end END"
# What the database writes is not yet what is told: base.sealed opens the address in it.
_ADDRESS = ADDRESS.marked("row.id", "row.address", '""')
_HOUSEHOLD = f""""hamlet":"' || %(code)s::text || '","address":' || {_ADDRESS}
    || ',"language":' || to_json(row.language) || ',"edit":' || row.edit || '}}'"""
_PERSON = f""""household":"' || row.household_id || '","full_name":' || to_json(row.full_name)
    || coalesce(',"birth_date":' || to_json(row.birth_date), '')
    || coalesce(',"birth_year":' || row.birth_year, '')
    || ',"sex":"' || row.sex || '","phone":"' || {MASKED}
    || '","relation":"' || row.relation || '","residence":"' || row.residence
    || '","presence":"' || row.presence || '","edit":' || row.edit || '}}'"""
_CONSENT = """"person":"' || row.person_id || '","decision":"' || row.decision || '","text":"' || row.text
    || '","language":"' || row.language || '","channel":"' || row.channel || '","witness":"' || row.witness
    || '","given_at":' || to_json(row.given_at) || '}'"""

FEED_KINDS = (
    FeedKind("household", "people_household", _while_kept("household", _HOUSEHOLD), "row.id"),
    FeedKind("person", "people_person", _while_kept("person", _PERSON), "row.id"),
    FeedKind("consent", "people_consent", _data("consent", _CONSENT), "row.person_id"),
    FeedKind("departure", "people_departure", _told("row.kind", "record", '"gone":true\''), "row.record"),
)
