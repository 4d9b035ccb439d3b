"""`manage.py new_epoch`: after a backup was restored (docs/operations.md)."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from base.models import SYSTEM
from sync.actions import begin_epoch


class Command(BaseCommand):
    help = "Mở kỷ nguyên mới sau khi phục hồi bản sao lưu. / Begins a new epoch, once a backup was restored."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(str(begin_epoch(by=SYSTEM)))
