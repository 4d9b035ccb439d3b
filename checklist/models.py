"""Observations (the facts), standings and tallies (what follows from them)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from base.models import Record, Scoped


class Observation(Record):
    """One immutable fact about a person and an item; a retraction names the one it withdraws."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", db_index=False)
    # Where the person lived when it was recorded: work is never re-attributed.
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=20)
    kind = models.CharField(max_length=20, blank=True)
    state = models.CharField(max_length=20)
    evidence = models.SmallIntegerField()
    blocker = models.CharField(max_length=30, blank=True)
    expires_on = models.DateField(null=True)
    observed_at = models.DateTimeField()
    visit = models.UUIDField(null=True)
    retracts = models.ForeignKey("self", models.PROTECT, related_name="+", null=True, db_index=False)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, db_index=False)
    post = models.ForeignKey("accounts.Post", models.PROTECT, related_name="+", null=True, db_index=False)
    device = models.BigIntegerField(null=True)
    source = models.ForeignKey("people.Import", models.PROTECT, related_name="+", null=True, db_index=False)

    objects = Scoped.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["person", "item"], name="observation_history"),
            models.Index(fields=["hamlet", "revision"], name="observation_feed"),
            models.Index(
                fields=["source"], name="observation_source", condition=models.Q(source__isnull=False)
            ),
            models.Index(
                fields=["retracts"], name="observation_retracts", condition=models.Q(retracts__isnull=False)
            ),
        ]


class Standing(models.Model):
    """What holds now for a person, item and kind; computed from the observations, never edited."""

    pk = models.CompositePrimaryKey("person_id", "item", "kind")
    person = models.ForeignKey("people.Person", models.CASCADE, related_name="+", db_index=False)
    item = models.CharField(max_length=20)
    kind = models.CharField(max_length=20)
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    state = models.CharField(max_length=20)
    evidence = models.SmallIntegerField()
    observed_at = models.DateTimeField()
    expires_on = models.DateField(null=True)
    blocker = models.CharField(max_length=30)
    contested = models.BooleanField()
    decided_by = models.UUIDField()
    revision = models.BigIntegerField()

    objects = Scoped.as_manager()

    class Meta:
        indexes = [models.Index(fields=["hamlet", "revision"], name="standing_feed")]


class Tally(models.Model):
    """How many counted persons of a hamlet hold an item in a state, by evidence.

    The day does not run through these rows: `due_on` is when the item is due for these persons (those
    long due share one row) and `until_on` the last day on which the state is valid, so the figures of
    any day follow by comparison and no job has to turn them over at midnight.
    """

    pk = models.CompositePrimaryKey("hamlet_id", "item", "state", "evidence", "due_on", "until_on")
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    item = models.CharField(max_length=20)
    state = models.CharField(max_length=20)
    evidence = models.SmallIntegerField()
    due_on = models.DateField()
    until_on = models.DateField()
    n = models.IntegerField()

    objects = Scoped.as_manager()


class Headcount(models.Model):
    """How many counted persons of a hamlet were born on a day (those long of age share one row)."""

    pk = models.CompositePrimaryKey("hamlet_id", "born_on")
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    born_on = models.DateField()
    n = models.IntegerField()

    objects: ClassVar[models.Manager[Headcount]] = Scoped.as_manager()
