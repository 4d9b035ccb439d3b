"""The figures follow what happens to persons; and a recount proves that they did."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction

from areas.actions import take_revisions
from base.models import Asker
from checklist.actions.write import write_heads, write_tallies
from checklist.queries import kept_figures, list_standings, recount
from checklist.rules.tallies import HeadKey, TallyKey, counted_rows, head_key, moved
from people.rules.persons import PersonChange

log = logging.getLogger("alarm")


def follow_persons(*, by: Asker, changes: Sequence[PersonChange], at: datetime) -> None:
    """Moves heads and tallies for persons who came, changed, moved or left (plug
    `people.persons_changed`); runs in the caller's transaction, under the hamlets' locks."""
    by.must("record")
    heads: Counter[HeadKey] = Counter()
    for change in changes:
        if change.before and change.before.counted:
            heads[head_key(change.before)] -= 1
        if change.after and change.after.counted:
            heads[head_key(change.after)] += 1
    write_heads(heads)
    observed = {change.before.id for change in changes if change.before}
    if not observed:
        return
    standings = list_standings(list(observed))
    before: list[TallyKey] = []
    after: list[TallyKey] = []
    for change in changes:  # one person may change several times in a batch
        for person, rows in ((change.before, before), (change.after, after)):
            if person:
                rows += counted_rows(person, standings.get(person.id, ()))
    write_tallies(moved(before, after))


def audit_tallies(*, by: Asker, hamlets: Iterable[int]) -> int:
    """Recounts hamlets from their observations; returns how many rows differ, and raises the alarm."""
    by.must("keep_house")
    wrong = 0
    for hamlet_id in hamlets:
        with transaction.atomic():
            take_revisions(by=by, counts={hamlet_id: 0})  # takes none, but locks the hamlet
            wrong += recount(hamlet_id).differences(kept_figures(hamlet_id))
    if wrong:
        log.error("tallies differ from a recount in %d rows", wrong)
    return wrong
