"""Loads the official units that ship with this room, or those of another folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from areas.actions import load_release
from base.models import SYSTEM


class Command(BaseCommand):
    help = "Nạp danh mục địa bàn; chạy lại không đổi gì. / Load the areas; running it again changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--folder", type=Path, help="another release of the same four files")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = load_release(by=SYSTEM, folder=options["folder"])
        self.stdout.write(", ".join(f"{table} {count}" for table, count in counts.items()))
