"""A phone as simple as can be, that does nothing but read; and what it should hold."""

from __future__ import annotations

from typing import Any

from checklist.models import Standing, Visit
from tests.people.feed import visible
from tests.village import Reply, calling

Record = tuple[str, str]
Change = dict[str, Any]


class Phone:
    """`store` is (kind, id) -> (hamlet, data), as the pulls of a member of the cast made it."""

    def __init__(self, who: str, limit: int = 1000, **asked: str) -> None:
        self.caller, self.limit, self.asked = calling(who), limit, asked
        self.store: dict[Record, tuple[str, Any]] = {}
        self.cursor = self.epoch = ""
        self.scope: list[str] = []

    def pull(self) -> list[Change]:
        """Pulls until there is no more; returns all changes."""
        changes, more = [], True
        while more:
            page = self.page()
            changes += page["changes"]
            more = page["more"]
        return changes

    def page(self) -> dict[str, Any]:
        """Pulls one page and applies it."""
        reply = self.ask()
        assert reply.status == 200, reply.json
        self.turn(reply.json)
        return dict(reply.json)

    def ask(self, **more: Any) -> Reply:
        """What the server answers to this phone now; nothing is applied."""
        asked = {"limit": self.limit, **self.asked, **more}
        return self.caller.get("sync/pull", **({"cursor": self.cursor} if self.cursor else {}), **asked)

    def turn(self, page: dict[str, Any]) -> None:
        """Applies a page."""
        if self.epoch not in ("", page["epoch"]):
            self.store = {}
        for code in page["scope"]["removed"]:
            self.store = {record: kept for record, kept in self.store.items() if kept[0] != code}
        for change in page["changes"]:
            record = (change["kind"], change["id"])
            if not change.get("gone"):
                self.store[record] = (change["hamlet"], change["data"])
            elif record in self.store and self.store[record][0] == change["hamlet"]:
                self._drop(record)
        self.cursor, self.epoch, self.scope = page["cursor"], page["epoch"], page["scope"]["hamlets"]

    def _drop(self, record: Record) -> None:
        del self.store[record]
        for other, (_, data) in list(self.store.items()):
            if other in self.store and data.get(record[0]) == record[1]:
                self._drop(other)


def sight(*codes: str) -> dict[Record, tuple[str, Any]]:
    """What a phone of these hamlets should hold, read row by row from the tables."""
    found = visible(*codes)
    for row in Standing.objects.filter(hamlet__code__in=codes).exclude(state="").select_related("hamlet"):
        if ("person", str(row.person_id)) in found:
            found["standing", f"{row.person_id}/{row.item}/{row.kind}"] = (row.hamlet.code, row.state)
    for visit in Visit.objects.filter(hamlet__code__in=codes).select_related("hamlet"):
        found["visit", str(visit.pk)] = (visit.hamlet.code, visit.outcome)
    return found


def holds(phone: Phone, *codes: str) -> bool:
    """True when the store is the sight; of standings and visits it compares what they come down to."""
    brief = {"standing": "state", "visit": "outcome"}
    store = {
        record: (code, data[brief[record[0]]] if record[0] in brief else data)
        for record, (code, data) in phone.store.items()
    }
    wanted = sight(*codes)
    differing = {record for record in {*store, *wanted} if store.get(record) != wanted.get(record)}
    assert not differing, {record: (store.get(record), wanted.get(record)) for record in differing}
    return True


def raw(who: str, **asked: Any) -> bytes:
    """The bytes of an answer."""
    return bytes(calling(who).get("sync/pull", **asked).raw.content)
