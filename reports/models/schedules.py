"""The timetable of reports."""

from __future__ import annotations

from django.db import models


class Schedule(models.Model):
    """A report that is made each week or month, in the name of whoever set it up, as long as he may.

    `filters`, `by`: those of the cut. `last_on`: the day of the last one that was asked for.
    """

    id = models.UUIDField(primary_key=True)
    table = models.CharField(max_length=40)
    format = models.CharField(max_length=8)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    every = models.CharField(max_length=5)  # week, month
    by = models.CharField(max_length=20)
    filters = models.JSONField()
    language = models.CharField(max_length=2)
    owner = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    # The roles whose holders at the area are told, beside the owner.
    roles = models.JSONField()
    made_at = models.DateTimeField()
    last_on = models.DateField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["last_on"], name="schedule_due", condition=models.Q(ended_at=None))]
