"""How phones do: when they last sent something, and what became of it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.actor import Actor
from accounts.queries import list_devices_under
from sync.models import Batch
from sync.queries.receipts import count_commands


def list_devices(by: Actor, at: datetime) -> QuerySet[Any]:
    """The devices of the asker's people, to be paged by (id)."""
    return list_devices_under(by, at)


def describe_devices(devices: Collection[int]) -> dict[int, dict[str, Any]]:
    """For each of these devices its last batch and the counts of its commands."""
    counts = count_commands(devices)
    batches = Batch.objects.filter(device__in=devices).order_by("device", "-received_at").distinct("device")
    last = {batch.device: batch for batch in batches}
    return {device: {**_last(last.get(device)), "counts": counts[device]} for device in devices}


def _last(batch: Batch | None) -> dict[str, Any]:
    return {
        "last_sync": batch and batch.received_at,
        "bytes": batch.bytes if batch else 0,
        "ms": batch.ms if batch else 0,
        "app_version": batch.app_version if batch else "",
        "clock_offset_ms": batch.offset_ms if batch else 0,
    }
