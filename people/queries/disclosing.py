"""Everything that this room keeps of one person, and nothing of anybody else."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Q

from people.models import Change, Consent, Person
from people.queries.sealed import address_of, change_of, phone_of


def held_on(person_id: UUID) -> dict[str, Any] | None:
    """The person, the household as far as it is his, his consents, the history of his fields; None when he is
    in no book. In the asker's sight or not: the caller asks for the right."""
    kept = Q(removed_at=None) | Q(restricted_at__isnull=False)
    found = Person.objects.filter(kept, pk=person_id)
    person = found.select_related("household", "hamlet", "basis", "source").first()
    if person is None:
        return None
    home = person.household
    consents = Consent.objects.filter(person_id=person_id).order_by("given_at", "id")
    agreed_for = Consent.objects.filter(representative_id=person_id).order_by("given_at", "id")
    changes = Change.objects.filter(person_id=person_id).order_by("at", "id")
    moves = Change.objects.filter(household_id=home.pk).order_by("at", "id")
    return {
        "person": {
            "id": person.pk,
            **{name: getattr(person, name) for name in _FIELDS},
            "phone": phone_of(person),
            "hamlet": person.hamlet.code,
            "recorded_at": person.recorded_at,
            "restricted_at": person.restricted_at,
        },
        "household": {"id": home.pk, "address": address_of(home), "language": home.language},
        "basis": _basis(person),
        "consents": [_consent(row) for row in consents],
        "agreed_for_somebody": [_consent(row) for row in agreed_for],
        "history": [_change(row) for row in changes],
        "household_history": [_change(row) for row in moves],
        "roster": person.source and {"id": person.source.pk, "applied_at": person.source.applied_at},
    }


_FIELDS = (*("full_name", "birth_date", "birth_year", "sex", "relation", "residence", "presence"),)


def _basis(person: Person) -> dict[str, Any] | None:
    told = ("number", "decided_on", "issued_by", "purpose")
    return {name: getattr(person.basis, name) for name in told} if person.basis else None


def _consent(row: Consent) -> dict[str, Any]:
    told = ("decision", "text", "language", "channel", "witness", "given_at", "recorded_at")
    return {"id": row.pk, **{name: getattr(row, name) for name in told}}


def _change(row: Change) -> dict[str, Any]:
    old, new = change_of(row)
    return {"field": row.field, "old": old, "new": new, "clashed": row.clashed, "at": row.at}
