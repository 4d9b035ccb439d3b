"""What the public is told."""

from __future__ import annotations

from django.db import models


class Release(models.Model):
    """The public figures of a province on a day, as they stay. `told` has no small cell in it.

    `held`: every cell as it was last told, hidden ones too; the next release is held against it, and nobody
    reads it otherwise. `manifest` vouches for `told`, and is signed: else it is not told.
    """

    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    on = models.DateField()
    made_at = models.DateTimeField()
    told = models.JSONField()
    held = models.JSONField()
    manifest = models.JSONField(null=True)
    signature = models.BinaryField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["area", "on"], name="release_once")]
