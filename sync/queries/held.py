"""Held work, for those who may release it: at the place that owns it, never elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.actor import Actor
from accounts.rules import Verb
from base.sealed import SealBroken
from people.rules.persons import mask_phone
from sync.models import Receipt
from sync.queries.homes import note_told
from sync.queries.receipts import DATA


def list_held(by: Actor) -> QuerySet[Receipt]:
    """Held work at or below the nodes where the asker may release it, to be paged by (id)."""
    nodes = by.nodes(Verb.RELEASE)
    mine = Q(area_id__in=nodes) | Q(area__parent_id__in=nodes) | Q(area__parent__parent_id__in=nodes)
    return Receipt.objects.filter(mine, state="held").select_related("user", "owner", "area")


def find_held(by: Actor, command_id: UUID) -> Receipt | None:
    """One of them."""
    return list_held(by).filter(pk=command_id).first()


def said_in(row: Receipt) -> Any:
    """What a held command says, as it is shown."""
    try:
        return shown_data(DATA.open(row.pk, row.data))
    except SealBroken:
        return {}


def note_held(by: Actor, rows: Sequence[Receipt]) -> None:
    """Notes of whom a page of held work tells."""
    told = {subject: row.area_id or 0 for row in rows for subject in subjects_of(row.data)}
    note_told(by, "sync.held", told)


def subjects_of(data: Any) -> set[UUID]:
    """The ids of persons and households that a command names."""
    if isinstance(data, list | tuple):
        return {subject for item in data for subject in subjects_of(item)}
    if not isinstance(data, dict):
        return set()
    own = ("id",) if "full_name" in data or "hamlet" in data else ()  # what is registered has its own id
    named = {data[name] for name in (*own, "person", "household") if isinstance(data.get(name), str)}
    return {UUID(text) for text in named} | {one for part in data.values() for one in subjects_of(part)}


def shown_data(data: Any) -> Any:
    """What was said, phone numbers masked: whoever decides needs to know whom it is about, not to call."""
    if isinstance(data, dict):
        return {
            name: mask_phone(value) if name == "phone" and isinstance(value, str) else shown_data(value)
            for name, value in data.items()
        }
    return [shown_data(item) for item in data] if isinstance(data, list) else data
