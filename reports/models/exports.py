"""Files for the office: the row is the promise that one will be there, and the note of who took it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Export(models.Model):
    """A file that somebody asked for. It lies in EXPORTS_DIR under its id while it is `ready`.

    `cut` is what was asked of the table (reports.rules.Cut as JSON). `for_approval` is True while a second
    person must say yes before it is built. `failure` is the code of a refusal, `failure_text` its sentence.
    """

    id = models.UUIDField(primary_key=True)
    serial = models.CharField(max_length=24, unique=True)
    table = models.CharField(max_length=40)
    format = models.CharField(max_length=8)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    cut = models.JSONField()
    language = models.CharField(max_length=2)
    reason = models.CharField(max_length=300)
    asker = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # The timetable that asked in the asker's name, where one did.
    schedule = models.ForeignKey("reports.Schedule", models.SET_NULL, related_name="+", null=True)
    state = models.CharField(max_length=8)  # waiting, building, ready, failed, expired
    is_personal = models.BooleanField()
    for_approval = models.BooleanField(default=False)
    approver = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True)
    approved_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    # Of a file that was made: the instant whose figures it holds, and what it is.
    snapshot_at = models.DateTimeField(null=True)
    rows = models.BigIntegerField(null=True)
    bytes = models.BigIntegerField(null=True)
    sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64)
    # Where the log of access of the province ended when it was asked for, as the house had signed it.
    audit_head = models.CharField(max_length=60, default="", db_default="")
    failure = models.CharField(max_length=60)
    failure_text = models.CharField(max_length=300)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="ready")
                | Q(rows__isnull=False, snapshot_at__isnull=False, expires_at__isnull=False),
                name="export_ready",
            ),
            models.CheckConstraint(
                condition=Q(approver=None) | ~Q(approver=models.F("asker")), name="export_four_eyes"
            ),
        ]
        indexes = [
            models.Index(fields=["asker", "asked_at"], name="export_asker"),
            models.Index(
                fields=["due_at"], name="export_due", condition=Q(state__in=("waiting", "building"))
            ),
            models.Index(fields=["expires_at"], name="export_expiry", condition=Q(state="ready")),
        ]


class Opening(models.Model):
    """That somebody took a file, by one link: a link opens once."""

    link = models.UUIDField(primary_key=True)
    export = models.ForeignKey(Export, models.PROTECT, related_name="openings")
    user = models.ForeignKey("accounts.User", models.PROTECT, related_name="+")
    device = models.BigIntegerField(null=True)
    opened_at = models.DateTimeField()
