"""Visits and observations (the facts), standings and tallies (what follows from them)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from base.models import Record, Scoped


class Visit(Record):
    """Somebody went to a household's door, and what came of it; one that found nobody is work, too."""

    household = models.ForeignKey("people.Household", models.PROTECT, related_name="+", db_index=False)
    # Where the household is now: sight follows it. Whose work it was is told by `by` and `post`.
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    visited_at = models.DateTimeField()
    outcome = models.CharField(max_length=20)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, db_index=False)
    post = models.ForeignKey("accounts.Post", models.PROTECT, related_name="+", null=True, db_index=False)
    device = models.BigIntegerField(null=True)

    objects = Scoped.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["household"], name="visit_history"),
            models.Index(fields=["hamlet", "revision"], name="visit_feed"),
        ]


class Observation(Record):
    """One immutable fact about a person and an item; a retraction names the one it withdraws."""

    person = models.ForeignKey("people.Person", models.PROTECT, related_name="+", db_index=False)
    # Where the person lives now: sight follows him. Whose work it was is told by `by` and `post`.
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
    """The figures of a hamlet as of a day: in each cell (checklist.rules.cells) so many counted persons.

    The figures of another day are these and the steps between the two days, whichever comes first. Which day
    it is matters to nobody's figures: it is moved on at night, under the hamlet's lock, so that few steps lie
    between it and today.
    """

    hamlet = models.OneToOneField("areas.Area", models.PROTECT, primary_key=True, related_name="+")
    day = models.DateField()
    cells = models.DecimalField(max_digits=1000, decimal_places=0)  # packed

    objects: ClassVar[models.Manager[Tally]] = Scoped.as_manager()


class TallyStep(models.Model):
    """From a day on, so many more persons of a hamlet in a cell (or fewer): a birthday, or a state's end.

    What was so on FIRST_DAY is in the tally alone. A row is never moved or folded by time.
    """

    pk = models.CompositePrimaryKey("hamlet_id", "day", "cell")
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    cell = models.SmallIntegerField()
    n = models.IntegerField()

    objects: ClassVar[models.Manager[TallyStep]] = Scoped.as_manager()
