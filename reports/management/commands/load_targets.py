"""Loads the targets of the country that ship with this room."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.errors import Refusal
from base.models import SYSTEM
from reports.actions.targets import load_targets


class Command(BaseCommand):
    help = "Nạp chỉ tiêu quốc gia; chạy lại không đổi gì. / Load the national targets; again changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_targets(by=SYSTEM, at=datetime.now(UTC))
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('vi')} / {refusal.message('en')}") from None
        self.stdout.write(", ".join(f"{what} {count}" for what, count in counts.items()))
