"""`manage.py replay_erasures`: erases again whom a backup has brought back, before the doors open."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from base.models import SYSTEM
from privacy.actions import replay_erasures


class Command(BaseCommand):
    help = "Erases again whoever is in the ledger of erasures and in the database."

    def handle(self, *args: Any, **options: Any) -> None:
        erased = replay_erasures(by=SYSTEM, at=datetime.now(UTC))
        if erased:
            self.stdout.write(f"Đã xóa lại {erased} người / erased {erased} persons again")
