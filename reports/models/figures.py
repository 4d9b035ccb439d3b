"""What figures are held against, and figures that are kept as they were known at some moment."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from base.models import Scoped


class Target(models.Model):
    """What an area, or the whole country (no area), shall have reached of an item by the end of a period.

    A target that is set anew ends the one before; neither is ever changed.
    """

    id = models.UUIDField(primary_key=True)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", null=True)
    item = models.CharField(max_length=20)
    first_on = models.DateField()
    last_on = models.DateField()
    # Of whom: persons in the books, an official population (`number`), or an assigned number of persons.
    denominator = models.CharField(max_length=12)
    number = models.BigIntegerField(null=True)
    share = models.DecimalField(max_digits=5, decimal_places=2, null=True)  # per cent of the denominator
    document = models.CharField(max_length=200)
    set_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True)
    set_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["area", "item", "first_on", "last_on", "denominator"],
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="target_in_force_once",
            ),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="target_days"),
            models.CheckConstraint(
                condition=Q(denominator="registered", share__isnull=False, number=None)
                | Q(denominator="population15", share__isnull=False, number__gt=0)
                | Q(denominator="assigned", share=None, number__gt=0),
                name="target_denominator",
            ),
        ]


class SnapshotDay(models.Model):
    """A day whose figures are kept as they were known when it ended, whenever they were counted.

    `recounted`: in so many hamlets more had come in by then, so these were counted from the observations.
    """

    day = models.DateField(primary_key=True)
    taken_at = models.DateTimeField()
    recounted = models.IntegerField()


class Snapshot(models.Model):
    """The figures of a hamlet on a day as they were known then: cells as in a tally.

    There is a row only where they differ from the row before, so the figures of a day are in the last row up
    to it.
    """

    pk = models.CompositePrimaryKey("hamlet_id", "day")
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    cells = ArrayField(models.IntegerField())

    objects: ClassVar[models.Manager[Snapshot]] = Scoped.as_manager()


class Period(models.Model):
    """A period of an area that was closed: its figures never change again."""

    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField()
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area", "first_on", "last_on"], name="period_once"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="period_days"),
        ]


class PeriodFigure(models.Model):
    """The figures of a hamlet on the last day of a closed period, as they were known when it was closed.

    `commune`: where the hamlet lay then, so that a map that changes changes no sum.
    """

    pk = models.CompositePrimaryKey("period_id", "hamlet_id")
    period = models.ForeignKey(Period, models.PROTECT, related_name="figures", db_index=False)
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    commune = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    cells = ArrayField(models.IntegerField())

    objects: ClassVar[models.Manager[PeriodFigure]] = Scoped.as_manager()
