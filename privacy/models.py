"""What data subjects ask, and the codes with which they come."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from base.models import Scoped
from base.sealed import SealedLeavesField
from privacy.rules import OPEN, Kind, Leak, State


class Request(models.Model):
    """Somebody asks something about his own data. The clocks are columns: whatever is late can be found.

    `person` is no key: the row stays when the person is forgotten, and then holds a number of nobody.
    """

    id = models.UUIDField(primary_key=True)
    person = models.UUIDField(db_index=True)
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10)
    state = models.CharField(max_length=10, default=State.FILED)
    channel = models.CharField(max_length=10)  # code, door, withdrawal
    # What is to be corrected, field by field; forgotten when the request ends.
    wanted = SealedLeavesField(leaves=("phone",), null=True)
    filed_at = models.DateTimeField()
    answer_on = models.DateField()
    act_on = models.DateField()
    answered_at = models.DateTimeField(null=True)
    extended_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, db_index=False)
    alarm = models.CharField(max_length=12, blank=True)  # the last one that was told

    objects = Scoped.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(Kind)), name="request_kind"),
            models.CheckConstraint(condition=Q(state__in=list(State)), name="request_state"),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, state__in=OPEN) | Q(ended_at__isnull=False, wanted=None),
                name="request_end",
            ),
            models.UniqueConstraint(
                fields=["person", "kind"], condition=Q(ended_at=None), name="request_open_once"
            ),
        ]
        indexes = [
            models.Index(fields=["hamlet", "filed_at"], name="request_of_hamlet"),
            models.Index(fields=["act_on"], name="request_open", condition=Q(ended_at=None)),
        ]


class Code(models.Model):
    """A code that was handed over at the door: who has it is the person. Kept as a keyed fingerprint only."""

    code_hash = models.BinaryField(max_length=32, unique=True)
    person = models.UUIDField(db_index=True)
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    issued_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, db_index=False)

    objects = Scoped.as_manager()


class Breach(models.Model):
    """A line of the register of breaches: by what, since when, how many it concerns, and until when it is to
    be notified. Who they are is not kept twice: the log of access answers it again."""

    kind = models.CharField(max_length=10)
    # The number of a device, the id of an account, the code of an area, the number printed on a file.
    what = models.CharField(max_length=40)
    since = models.DateTimeField()
    until = models.DateTimeField()
    is_drill = models.BooleanField()
    persons = models.IntegerField()
    alarm_at = models.DateTimeField()
    due_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    alarm = models.CharField(max_length=12, blank=True)  # the last one that was told

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(Leak)), name="breach_kind"),
            models.CheckConstraint(condition=Q(since__lte=models.F("until")), name="breach_span"),
        ]
