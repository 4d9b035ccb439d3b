"""What an observation may say: the content is refused here, before anything is stored."""

from __future__ import annotations

from datetime import date

from base.errors import Refusal
from checklist.items import ITEMS, Item
from checklist.rules.facts import BLOCKERS, Evidence


class UnknownItem(Refusal):
    """No item has this code."""

    code = "item.unknown"
    vi = "Danh mục không có tiêu chí “{value}”."
    en = 'The checklist has no item "{value}".'


class UnknownState(Refusal):
    """The item has no such state."""

    code = "state.unknown"
    vi = "Tiêu chí “{item}” không có trạng thái “{value}”."
    en = 'The item "{item}" has no state "{value}".'


class UnknownKind(Refusal):
    """The item has no such kind, or no kinds at all."""

    code = "kind.unknown"
    vi = "Tiêu chí “{item}” không có loại “{value}”."
    en = 'The item "{item}" has no kind "{value}".'


class MissingKind(Refusal):
    """The item has kinds and none was named."""

    code = "kind.missing"
    vi = "Cần chọn loại của tiêu chí “{item}”: {kinds_vi}."
    en = 'Choose the kind of "{item}": {kinds_en}.'


class UnknownEvidence(Refusal):
    """No evidence level has this code."""

    code = "evidence.unknown"
    vi = "Không có mức chứng thực “{value}”."
    en = 'There is no evidence level "{value}".'


class UnknownBlocker(Refusal):
    """No blocker has this code."""

    code = "blocker.unknown"
    vi = "Không có vướng mắc “{value}”."
    en = 'There is no blocker "{value}".'


class UnexpectedExpiry(Refusal):
    """The item does not expire, or nothing is held that could expire."""

    code = "expiry.not_expected"
    vi = "Trạng thái “{value}” của tiêu chí “{item}” không có ngày hết hạn."
    en = 'The state "{value}" of the item "{item}" has no day of expiry.'


def check_observation(
    *,
    item: str,
    kind: str,
    state: str,
    evidence: str | Evidence,
    blocker: str = "",
    expires_on: date | None = None,
    path: str = "",
) -> None:
    """Refuse what the checklist does not know; the first fault found is raised.

    `path` names the observation in what was sent ("observations[3]"); the refusal's path is its field.
    Not for retractions, whose own content is not read.
    """
    prefix = f"{path}." if path else ""
    rule = ITEMS.get(item)
    if rule is None:
        raise UnknownItem(f"{prefix}item", value=item)
    _check_kind(rule, kind, f"{prefix}kind")
    if state not in rule.ranks:
        raise UnknownState(f"{prefix}state", item=item, value=state)
    if not isinstance(evidence, Evidence):
        _check_evidence(evidence, f"{prefix}evidence")
    if blocker and blocker not in BLOCKERS:
        raise UnknownBlocker(f"{prefix}blocker", value=blocker)
    if expires_on is not None and not (rule.expires and rule.is_ready_state(state)):
        raise UnexpectedExpiry(f"{prefix}expires_on", item=item, value=state)


def _check_kind(rule: Item, kind: str, path: str) -> None:
    if rule.kinds and not kind:
        titles_vi = ", ".join(known.title_vi for known in rule.kinds)
        titles_en = ", ".join(known.title_en for known in rule.kinds)
        raise MissingKind(path, item=rule.code, kinds_vi=titles_vi, kinds_en=titles_en)
    if kind and kind not in rule.kind_codes:
        raise UnknownKind(path, item=rule.code, value=kind)


def _check_evidence(code: str, path: str) -> None:
    try:
        Evidence.of(code)
    except ValueError:
        raise UnknownEvidence(path, value=code) from None
