"""Editing households and persons field by field, against the values the editor had seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from areas.actions import take_revisions
from areas.queries import HamletPath
from base import bulk
from base.days import day_of
from base.errors import NotFound, Receipt, Refusal, RightMissing
from base.models import Asker
from base.names import clean
from base.registry import plug
from base.sealed.blind import hexadecimal
from people.actions.editable import HOUSEHOLDS, PERSONS, STILL_THERE, Kind
from people.actions.history import remember
from people.queries.sealed import phone_of
from people.rules.basis import NoBasis
from people.rules.persons import (
    COUNTED,
    PersonChange,
    PersonFacts,
    PersonRestricted,
    check_phone,
    is_mask,
    mask_phone,
)


class FieldClash(Refusal):
    """Somebody else changed a field meanwhile; the fields that did not clash are applied."""

    code = "field.clash"
    vi = "Có người đã sửa trường này trước bạn; xem giá trị hiện tại."
    en = "Somebody changed this field before you; look at the current value."
    status = 409
    keeps = True  # what did not clash, and that it clashed

    def __init__(self, path: str, current: dict[str, Any]) -> None:
        super().__init__(path=path)
        self.current = current

    @property
    def extra(self) -> dict[str, Any]:
        return {"current": self.current}


class BaseMissing(Refusal):
    code = "field.base_missing"
    vi = "Thiếu giá trị cũ (base) của trường này."
    en = "The old value (base) of this field is missing."
    status = 400


@dataclass(frozen=True, slots=True)
class Edit:
    """What to set, and the values the editor had before his eyes. `edit` is the count that the editor's
    phone keeps of its edits of this record; the record keeps the greatest that was applied."""

    id: UUID
    base: Mapping[str, Any]
    set: Mapping[str, Any]
    edit: int | None = None


@dataclass(slots=True)
class _Draft:
    """A record as read, and as it will be after the edits accepted so far; what the editor may do with it.
    Of a phone the values have the mask, until one is said."""

    row: Any
    seen: dict[str, Any]
    values: dict[str, Any]
    may_record: bool
    grounded: bool
    restricted: bool
    edit: int
    said: str | None = None  # what the sealed field is to be from now on
    history: list[dict[str, Any]] = field(default_factory=list)

    def shown(self) -> dict[str, Any]:
        """The present values as an editor may see them."""
        shown = dict(self.values)
        if "phone" in shown:
            shown["phone"] = mask_phone(shown["phone"])
        return shown

    @property
    def changed(self) -> bool:
        return self.said is not None or {**self.values, "edit": self.edit} != self.seen


@bulk.atomic
def change_households(*, by: Asker, edits: Sequence[Edit], at: datetime) -> list[Receipt]:
    """Edits address or language of households in sight; a receipt for each, in order."""
    by.must("record")
    return _change(by, edits, at, HOUSEHOLDS)


@bulk.atomic
def change_persons(*, by: Asker, edits: Sequence[Edit], at: datetime) -> list[Receipt]:
    """Edits fields of persons in sight; a receipt for each, in order."""
    by.must("record")
    return _change(by, edits, at, PERSONS)


@bulk.atomic
def correct_person(*, by: Asker, person: UUID, wanted: Mapping[str, Any], at: datetime) -> Receipt:
    """Sets what the person himself wants corrected, whatever stands there now; also of who is restricted, of
    whom no figure, list or phone is told meanwhile."""
    by.must("answer_request")
    drafts = _drafts(by, {person}, PERSONS)
    base = drafts[person].shown() if person in drafts else {}
    return _change(by, [Edit(person, base, wanted)], at, PERSONS, asked=True)[0]


def _change(
    by: Asker, edits: Sequence[Edit], at: datetime, kind: Kind, *, asked: bool = False
) -> list[Receipt]:
    """`asked`: by the persons themselves."""
    drafts = _drafts(by, {edit.id for edit in edits}, kind)
    judged = [_judge(drafts.get(edit.id), edit, kind, at, asked) for edit in edits]
    revisions = _store(by, [draft for draft in drafts.values() if draft.changed], at, kind)
    entries = [(draft.row.hamlet_id, draft.row.id, e) for draft in drafts.values() for e in draft.history]
    remember(by, kind.whose, entries, at)
    receipts = []
    for edit, verdict in zip(edits, judged, strict=True):
        revision = revisions.get(edit.id, drafts[edit.id].row.revision if edit.id in drafts else None)
        if verdict is None:
            receipts.append(Receipt(edit.id, "applied", revision=revision))
        elif isinstance(verdict, FieldClash):
            verdict.current["revision"] = revision
            receipts.append(Receipt(edit.id, "conflict", revision, refusal=verdict, current=verdict.current))
        else:
            receipts.append(Receipt(edit.id, "refused", refusal=verdict))
    return receipts


def _drafts(by: Asker, ids: Collection[UUID], kind: Kind) -> dict[UUID, _Draft]:
    """The records in sight; to see one (as an auditor there) is not yet to record there."""
    columns = ["id", "hamlet_id", "revision", "edit", *kind.columns, *kind.derived]
    drafts = {}
    found = bulk.execute(_found(kind, columns), {"ids": bulk.array(ids)})
    for *values, commune, province, grounded, restricted in found:
        row = SimpleNamespace(**dict(zip(columns, values, strict=True)))
        path = HamletPath(row.hamlet_id, commune, province)
        may_record = by.holds("record", *path)
        if by.sees(*path) and (may_record or not restricted):
            shown = {kind.sealed_field: kind.shown(row)}
            held = {name: getattr(row, name) for name in kind.fields} | shown
            seen = {**held, "edit": row.edit}
            drafts[row.id] = _Draft(row, seen, held, may_record, grounded, restricted, row.edit)
    return drafts


def _found(kind: Kind, columns: Sequence[str]) -> str:
    """By hand: phones edit in every push, and the ORM took as long as all the rest of an edit."""
    return f"""
        SELECT {", ".join(f"record.{name}" for name in columns)}, hamlet.parent_id, commune.parent_id,
            feed.basis_id IS NOT NULL OR record.consent_id IS NOT NULL, record.restricted_at IS NOT NULL
        FROM {kind.table} record
        JOIN areas_area hamlet ON hamlet.id = record.hamlet_id
        JOIN areas_area commune ON commune.id = hamlet.parent_id
        JOIN areas_feed feed ON feed.hamlet_id = hamlet.id
        WHERE record.id = ANY(%(ids)s::uuid[])
            AND (record.removed_at IS NULL OR record.restricted_at IS NOT NULL)
    """  # noqa: S608 - put together from constants


def _judge(draft: _Draft | None, edit: Edit, kind: Kind, at: datetime, asked: bool) -> Refusal | None:
    """Field by field: what holds already, what is set, what clashes (the result tells the first)."""
    try:
        draft = _editable(draft, edit, asked)
        wanted = kind.check(draft.values, _said(edit), day_of(at))
    except Refusal as refusal:
        return refusal
    changing = [name for name, value in wanted.items() if not _holds_already(draft, name, value)]
    clashing = {name for name in changing if not _was_seen(draft, edit.base[name], name)}
    if clashing & kind.one_value:
        clashing |= kind.one_value & set(changing)
    for name in changing:
        entry = {"field": name, "old": _old(draft, name), "new": wanted[name]}
        draft.history.append({**entry, "clashed": name in clashing})
        if name not in clashing:
            draft.values[name] = wanted[name]
            draft.said = wanted[name] if name == kind.sealed_field else draft.said
    if clashing != set(changing) or not clashing:
        draft.edit = max(draft.edit, edit.edit or 0)
    first = next((name for name in changing if name in clashing), None)
    return FieldClash(f"base.{first}", draft.shown()) if first else None


def _editable(draft: _Draft | None, edit: Edit, asked: bool) -> _Draft:
    if draft is None:
        raise NotFound()
    if not draft.may_record:
        raise RightMissing()
    if draft.restricted and not asked:
        raise PersonRestricted()
    if not draft.grounded:
        raise NoBasis()
    for name in edit.set:
        if name not in edit.base:
            raise BaseMissing(path=f"base.{name}")
    return draft


def _said(edit: Edit) -> dict[str, Any]:
    """What is to be set; a mask that comes back as it was shown changes nothing."""
    wanted = dict(edit.set)
    if "phone" in wanted and is_mask(wanted["phone"]) and wanted["phone"] == edit.base["phone"]:
        del wanted["phone"]
    return wanted


def _old(draft: _Draft, name: str) -> Any:
    """What the history keeps of the value before."""
    value = draft.values[name]
    return phone_of(draft.row) if name == "phone" and is_mask(value) else value


def _holds_already(draft: _Draft, name: str, value: Any) -> bool:
    """Nothing to do. Of a phone nobody is told that it is the one he says: each is written as a new one."""
    return bool(draft.values[name] == value) and (name != "phone" or not value)


def _was_seen(draft: _Draft, base: Any, name: str) -> bool:
    """True when the editor had the present value before his eyes, in whatever spelling."""
    if name == "phone":
        return _phone_was_seen(draft, base)
    if base == draft.values[name]:
        return True
    return isinstance(base, str) and bool(clean(base) == draft.values[name])


def _phone_was_seen(draft: _Draft, base: Any) -> bool:
    """An editor had the mask before his eyes. Who typed the number himself may say the whole of it: of that,
    too, no more counts than the mask shows, else an edit that went through would tell who guessed right."""
    present = mask_phone(draft.values["phone"])
    if base == present:
        return True
    try:
        return isinstance(base, str) and mask_phone(check_phone(base)) == present
    except Refusal:
        return False


def _store(by: Asker, drafts: list[_Draft], at: datetime, kind: Kind) -> dict[UUID, int]:
    """Writes the changed records in one statement; returns their new revisions."""
    if not drafts:
        return {}
    following = take_revisions(by=by, counts=dict(Counter(draft.row.hamlet_id for draft in drafts)))
    rows, changes = [], []
    for draft in drafts:
        revision = following[draft.row.hamlet_id]
        following[draft.row.hamlet_id] += 1
        values = {**draft.values, **kind.derive(draft.values), **_sealed(draft, kind)}
        rows.append(
            {
                "id": draft.row.id,
                "hamlet_id": draft.row.hamlet_id,
                "seen": draft.row.revision,
                "revision": revision,
                "edit": draft.edit,
                **values,
            }
        )
        if kind is PERSONS and not draft.restricted:  # he is in no figure: what he is counts when he is back
            before = _facts(draft.row, draft.row.born_on, draft.row.presence)
            after = _facts(draft.row, values["born_on"], values["presence"])
            changes += [PersonChange(before, after)] if before != after else []
    columns = {**kind.columns, **kind.derived, "revision": "bigint", "edit": "integer"}
    if bulk.update(kind.table, columns, rows, same=STILL_THERE) != len(rows):
        raise bulk.Raced
    if changes:
        plug("people.persons_changed")(by=by, changes=changes, at=at)
    return {row["id"]: row["revision"] for row in rows}


def _sealed(draft: _Draft, kind: Kind) -> dict[str, Any]:
    """The sealed columns: sealed anew when something was said, else as they are."""
    if draft.said is not None:
        return kind.seal(draft.row.id, draft.said)
    kept = {name: getattr(draft.row, name) for name in kind.sealed}
    return {name: hexadecimal(value) if isinstance(value, bytes) else value for name, value in kept.items()}


def _facts(row: Any, born_on: date | None, presence: str) -> PersonFacts:
    return PersonFacts(row.id, row.hamlet_id, born_on, presence in COUNTED)
