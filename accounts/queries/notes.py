"""Reading the log of access: who was shown somebody, and who wrote of him."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import AccessNote


def notes_of(
    person_id: UUID, household_id: UUID, *, area_ids: Iterable[int], since: datetime
) -> QuerySet[AccessNote]:
    """Who saw or wrote what is kept of a person, to be paged by (at, id): at the places where he lived, by
    himself or, `since` he is in the books, with his household. The caller judges whether the asker may."""
    by_home = Q(subjects__contains=[household_id], at__gte=since)
    found = AccessNote.objects.filter(Q(subjects__contains=[person_id]) | by_home, rule="")
    return found.filter(area_id__in=list(area_ids)).select_related("user", "area")
