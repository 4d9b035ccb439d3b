"""`manage.py backup FILE`: the database as one sealed file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from base.models import SYSTEM
from privacy.actions.backups import backup


class Command(BaseCommand):
    help = "Writes the database into FILE, sealed under SEALING_KEY."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        size, digest = backup(by=SYSTEM, path=options["file"])
        self.stdout.write(f"{size} bytes, SHA-256 {digest}")
