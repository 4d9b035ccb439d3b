"""`manage.py keep_limits [--dry-run]`: what is past its time goes; says what, class by class."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand

from base.models import SYSTEM
from privacy.actions import keep_limits


class Command(BaseCommand):
    help = "Deletes what is past its time (docs/operations.md tells the limits)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say what would go")

    def handle(self, *args: Any, **options: Any) -> None:
        due = keep_limits(by=SYSTEM, at=datetime.now(UTC), dry=options["dry_run"])
        for name, ids in due.items():
            self.stdout.write(f"{name}: {', '.join(ids) or 'none' if name == 'notes' else len(ids)}")
