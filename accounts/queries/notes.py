"""Reading the log of access: who was shown somebody, and who wrote of him."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import AccessNote, Device


def notes_of(
    person_id: UUID, household_id: UUID, *, area_ids: Iterable[int], since: datetime
) -> QuerySet[AccessNote]:
    """Who saw or wrote what is kept of a person, to be paged by (at, id): at the places where he lived, by
    himself or, `since` he is in the books, with his household. The caller judges whether the asker may."""
    by_home = Q(subjects__contains=[household_id], at__gte=since)
    found = AccessNote.objects.filter(Q(subjects__contains=[person_id]) | by_home, rule="")
    return found.filter(area_id__in=list(area_ids)).select_related("user", "area")


# What an account was told or wrote, by one device or any: a row for each of whom (`subject`) and each time.
# For statements that ask who these are.
TOLD = """
SELECT unnest(subjects) AS subject, at FROM accounts_accessnote
WHERE user_id = %(user)s::uuid AND (%(device)s::bigint IS NULL OR device = %(device)s::bigint)
    AND rule = '' AND act <> ALL(%(untold)s::text[])
    AND at BETWEEN %(since)s::timestamptz AND %(until)s::timestamptz
"""
# The same of a file: whom it names, whoever had it made.
NAMED = """
SELECT unnest(subjects) AS subject, at FROM accounts_accessnote
WHERE user_id = %(user)s::uuid AND act = 'export.build' AND ref = %(ref)s::uuid
"""


def holder_of(device: int) -> UUID | None:
    """Whose device it is; None when there is none of the number."""
    return Device.objects.filter(pk=device).values_list("user_id", flat=True).first()
