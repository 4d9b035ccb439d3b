"""Loads the guides that ship with this room, or those of another folder."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from base.errors import Refusal
from base.models import SYSTEM
from guides.actions import load_content


class Command(BaseCommand):
    help = "Nạp hướng dẫn; chạy lại không đổi gì. / Load the guides; running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, help="another folder of the same form")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            counts = load_content(by=SYSTEM, at=datetime.now(UTC), folder=options["folder"])
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('vi')} / {refusal.message('en')}") from None
        self.stdout.write(", ".join(f"{what} {count}" for what, count in counts.items()))
