"""What phones sent and what became of it: batches, receipts, edits; and the epoch of the feeds."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from base.sealed import SealedLeavesField, VeiledField

HELD = Q(state="held")


class Batch(models.Model):
    """One sending of a device, written once its commands are judged; sent again, it is the same batch."""

    device = models.BigIntegerField()
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)
    batch = models.UUIDField()
    sent_at = models.DateTimeField()
    received_at = models.DateTimeField()
    # How far the phone's clock was behind ours.
    offset_ms = models.BigIntegerField()
    # The ids of its commands in order, each once; those that could not be read have none.
    commands = ArrayField(models.UUIDField())
    counts = models.JSONField()
    bytes = models.IntegerField()
    ms = models.IntegerField()
    app_version = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "batch"], name="batch_once")]


def _somebody(**more: Any) -> Any:
    """An account that a receipt names. The batch holds the key to it: receipts come by the hundred."""
    return models.ForeignKey(
        "accounts.User", models.PROTECT, related_name="+", db_index=False, db_constraint=False, **more
    )


class Receipt(models.Model):
    """What became of one command; its id is the command's. Work that is held is kept here whole."""

    id = models.UUIDField(primary_key=True)
    # The batch (as its device named it) in which the command came first, and whose word it is.
    batch = models.UUIDField()
    device = models.BigIntegerField()
    user = _somebody()
    kind = models.CharField(max_length=40)
    state = models.CharField(max_length=9)  # applied, duplicate, conflict, refused, held
    code = models.CharField(max_length=60)
    path = models.CharField(max_length=200)
    digest = VeiledField(max_length=20)
    revision = models.BigIntegerField(null=True)
    # The instant in the phone's own words, where it was moved because its clock was wrong.
    said_at = models.DateTimeField(null=True)
    at = models.DateTimeField()
    # Of work that is held or clashed: what was said (its instants moved already), and the truth told back.
    data = SealedLeavesField(leaves=("phone", "address"), null=True)
    current = SealedLeavesField(leaves=("phone", "address"), null=True)
    # Of work that is held: the place that owns it, who should look at it, and the record it hangs on.
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", null=True, db_index=False)
    owner = _somebody(null=True)
    waits_for = models.UUIDField(null=True)
    tried_at = models.DateTimeField(null=True)
    # Who released or refused it.
    decided_by = _somebody(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["area", "id"], name="receipt_held", condition=HELD),
            models.Index(fields=["tried_at"], name="receipt_tried", condition=HELD),
            models.Index(fields=["waits_for"], name="receipt_waits", condition=Q(waits_for__isnull=False)),
        ]


class Edit(models.Model):
    """How far a device's edits of a record are known: the highest, and the highest that set each field."""

    pk = models.CompositePrimaryKey("device", "record")
    device = models.BigIntegerField()
    record = models.UUIDField()
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", db_index=False)
    edit = models.BigIntegerField()
    fields = models.JSONField()


class Epoch(models.Model):
    """One row: the age of the feeds. A restored backup begins a new one, so that phones read anew."""

    id = models.UUIDField(primary_key=True)
    one = models.BooleanField(default=True, unique=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(one=True), name="epoch_one")]
