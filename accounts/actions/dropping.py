"""After two years notes go: up to an end that the house signed, which stays as the beginning of the rest."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import transaction

from accounts.actions.verifying import verify_part
from accounts.rules.audit import KEPT
from base import bulk
from base.models import Asker

alarm = logging.getLogger("alarm")
# Of each chain the last end that is past its time, where there is anything up to it.
_ENDS = """
SELECT province, seq FROM (
    SELECT DISTINCT ON (province) province, seq, note_id FROM accounts_accesslink
    WHERE signature IS NOT NULL AND sealed_at <= %(before)s ORDER BY province, seq DESC
) AS ending
WHERE EXISTS (SELECT FROM accounts_accessnote note WHERE note.id = ending.note_id) ORDER BY province
"""
# The ends on the way there, so that no transaction takes long.
_STEPS = """
SELECT max(seq) FROM accounts_accesslink
WHERE province = %(province)s AND seq <= %(seq)s AND signature IS NOT NULL GROUP BY seq / 50000 ORDER BY 1
"""
_DROP = "SELECT accounts_drop_notes(%(province)s, %(seq)s)"


def drop_old_notes(*, by: Asker, at: datetime, dry: bool) -> list[str]:
    """Drops the notes that are past their time; tells where each chain begins from now on, "province/number".
    A dry run drops nothing. A chain whose old part is not whole stays as it is, and an alarm says so:
    somebody will have to look at it."""
    by.must("keep_house")
    due = []
    for province, seq in bulk.execute(_ENDS, {"before": at - KEPT}):
        faults = verify_part(by=by, province=province, up_to=seq, at=at).faults
        if faults:
            alarm.error("audit: %s; nothing of this chain is dropped", faults[0])
            continue
        due.append(f"{province}/{seq}")
        for (step,) in [] if dry else bulk.execute(_STEPS, {"province": province, "seq": seq}):
            with transaction.atomic():
                bulk.execute(_DROP, {"province": province, "seq": step})
    return due
