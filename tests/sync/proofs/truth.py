"""What must hold when all is quiet, read from the tables by the ORM and not by the code under test."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import Post
from areas.models import Area
from checklist.models import Observation, Standing, Visit
from checklist.rules import Evidence
from people.models import Change, Consent, Household, Person
from people.queries.sealed import address_of, change_of
from people.rules.persons import masked
from sync.models import Receipt
from tests.bench.phone import CONFLICT, HELD, STATES, STORED, Phone

Rows = dict[tuple[str, str], dict[str, Any]]
FIELD_ROLES = ("volunteer", "team_lead", "area_admin")
# What a command that makes something new makes, by its own id.
MADE: dict[str, Any] = {
    "household.register": Household,
    "person.register": Person,
    "consent.record": Consent,
    "visit.record": Visit,
    "observation.record": Observation,
    "observation.retract": Observation,
}


def hamlets_of(user: UUID) -> set[str]:
    """The hamlets where somebody records now: of posts at a hamlet or a commune."""
    now = datetime.now(UTC)
    held = Post.objects.filter(
        Q(to_at=None) | Q(to_at__gt=now), user_id=user, role__in=FIELD_ROLES, from_at__lte=now
    )
    nodes = [post.area_id for post in held]
    found = Area.objects.filter(
        Q(pk__in=nodes) | Q(parent__in=nodes, parent__level="commune"), level="hamlet"
    )
    return set(found.values_list("code", flat=True))


def everything_told() -> Rows:
    """All that lies in the hamlets, as a phone is told of it, with the hamlet in which it is told."""
    rows: Rows = {}

    def tell(kind: str, key: object, row: Any, *names: str, **more: Any) -> None:
        told = {name: getattr(row, name) for name in names}
        rows[kind, str(key)] = plain({**told, **more, "in": row.hamlet.code})

    for home in _lying(Household).filter(removed_at=None):
        tell(
            "household", home.pk, home, "language", "edit", address=address_of(home), hamlet=home.hamlet.code
        )
    for one in _lying(Person).filter(removed_at=None):
        names = ("full_name", "birth_date", "birth_year", "sex", "relation", "residence", "presence", "edit")
        tell("person", one.pk, one, *names, household=one.household_id, phone=masked(one.phone_end))
    for one in _lying(Standing).exclude(state=""):
        names = ("item", "kind", "state", "observed_at", "expires_on", "blocker", "contested")
        level = Evidence(one.evidence).code
        key = f"{one.person_id}/{one.item}/{one.kind}"
        tell("standing", key, one, *names, person=one.person_id, evidence=level)
    for one in _lying(Visit):
        tell("visit", one.pk, one, "visited_at", "outcome", household=one.household_id, by=one.by_id)
    for one in _lying(Consent):
        names = ("decision", "text", "language", "channel", "witness", "given_at")
        tell("consent", one.pk, one, *names, person=one.person_id)
    return rows


def _lying(model: Any) -> QuerySet[Any]:
    return model._default_manager.select_related("hamlet")


def plain(row: dict[str, Any]) -> dict[str, Any]:
    """Values that compare, whatever they came as; what is empty is left out."""
    return {name: _plain(name, value) for name, value in row.items() if value not in (None, "")}


def _plain(name: str, value: Any) -> Any:
    if name.endswith("_at"):
        instant = value if isinstance(value, datetime) else datetime.fromisoformat(value)
        return instant.astimezone(UTC).isoformat(timespec="microseconds")
    return str(value) if isinstance(value, UUID | date) else value


def check_phone(phone: Phone, user: UUID, told: Rows) -> None:
    """Of all that is told a phone holds what its user may see, and no more; and it counts as the server."""
    scope = hamlets_of(user)
    assert set(phone.hamlets) == scope
    held = {key: plain({**row["data"], "in": row["hamlet"]}) for key, row in phone.store.items()}
    assert held == {key: row for key, row in told.items() if row["in"] in scope}
    assert phone.counts() == phone.ask_counts()


Said = dict[str, tuple[str, dict[str, Any]]]


def check_said(said: Said, phones: Iterable[Phone], before: dict[str, set[UUID]]) -> None:
    """Whatever was said is stored once, or held, or refused where its author reads it; and nothing else is
    there than what was there `before` and what was said."""
    ledger = {str(row.pk): row for row in Receipt.objects.filter(pk__in=said)}
    assert set(ledger) == set(said), "every command is in the ledger"
    known = {command.id: command for phone in phones for command in phone.outbox.values()}
    assert set(known) == set(said), "and nobody lost one, or made it two"
    for command_id in said:
        command, receipt = known[command_id], ledger[command_id]
        assert command.state == STATES[receipt.state], (command, receipt.state)
        if command.state == HELD:
            assert receipt.data, "held work is kept as it was said"
            assert receipt.area_id, "and somewhere somebody answers for it"
    _check_edits(said, known)
    for kind, model in MADE.items():
        made = {
            command_id
            for command_id, (of, _) in said.items()
            if of == kind and known[command_id].state == STORED
        }
        found = {str(row.pk): row for row in model._default_manager.filter(pk__in=made)}
        assert set(found) == made, f"{kind}: what was acknowledged is there"
        if kind == "observation.record":
            assert all(_says(found[pk], said[pk][1]) for pk in made), "as it was said"
    for name, there in everything().items():
        assert {str(pk) for pk in there - before[name]} == _made(said, known, name), f"{name}: and no more"


def _says(row: Observation, data: dict[str, Any]) -> bool:
    names = ("item", "kind", "state")
    same = all(getattr(row, name) == data.get(name, "") for name in names)
    return same and str(row.person_id) == data["person"] and Evidence(row.evidence).code == data["evidence"]


def _made(said: Said, known: dict[str, Any], name: str) -> set[str]:
    """The ids of everything of one table that was said and acknowledged."""
    stored = [
        (command_id, kind, data)
        for command_id, (kind, data) in said.items()
        if known[command_id].state == STORED
    ]
    made = {command_id for command_id, kind, _ in stored if kind in MADE and MADE[kind].__name__ == name}
    if name == "Person":
        made |= {person["id"] for _, _, data in stored for person in data.get("persons", ())}
    return made


def everything() -> dict[str, set[UUID]]:
    """The ids of all that phones can make, by the table."""
    return {
        model.__name__: set(model._default_manager.values_list("pk", flat=True))
        for model in set(MADE.values())
    }


def _check_edits(said: Said, known: dict[str, Any]) -> None:
    """An edit sets a value that no other sets: stored, it was applied once, or a later edit of the same phone
    had come before it; clashed, it is readable beside what it clashed with."""
    for command_id, (kind, data) in said.items():
        field = {"household.change": "address", "person.change": "full_name"}.get(kind)
        if field is None:
            continue
        said_so = [
            row for row in Change.objects.filter(field=field) if change_of(row)[1] == data["set"][field]
        ]
        found = [row.clashed for row in said_so]
        state = known[command_id].state
        if state == STORED and found.count(False) != 1:
            assert found.count(False) == 0, "applied twice"
            assert _was_overtaken(said, kind, data), "acknowledged, and never applied"
        assert state != CONFLICT or found, "what clashed is kept"
        assert state in (STORED, CONFLICT) or not found


def _was_overtaken(said: Said, kind: str, data: dict[str, Any]) -> bool:
    """Whether the same phone edited the same record later."""
    record = kind.split(".")[0]
    same = [other for of, other in said.values() if of == kind and other[record] == data[record]]
    return any(other["edit"] > data["edit"] for other in same)
