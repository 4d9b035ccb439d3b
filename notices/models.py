"""Notices and where their readers want to have them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Notice(models.Model):
    """One message to one person about one thing; told once, however often it is asked for.

    It names the thing by `about` and leads to it by `link` (a path); it never carries the thing itself.
    """

    to = models.ForeignKey("accounts.User", models.CASCADE, related_name="+")
    kind = models.CharField(max_length=20)
    subject = models.UUIDField()
    about = models.CharField(max_length=200)
    link = models.CharField(max_length=200)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=8)  # waiting, sending, sent, failed
    channel = models.CharField(max_length=10)
    tries = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField()
    # When it is to be tried (again); while it is being sent, when another worker may try.
    due_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["to", "kind", "subject"], name="notice_once"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | Q(state__in=("waiting", "sending", "failed"), sent_at=None),
                name="notice_state",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="notice_due", condition=Q(state__in=("waiting", "sending"))),
            models.Index(fields=["made_at"], name="notice_made"),
        ]


class Mailbox(models.Model):
    """Where somebody wants notices by e-mail; who has none reads them in the house."""

    user = models.OneToOneField("accounts.User", models.CASCADE, related_name="+", primary_key=True)
    email = models.EmailField(max_length=200)
    set_at = models.DateTimeField()
