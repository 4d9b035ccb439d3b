"""`manage.py rotate_seals`: all that is sealed comes under the keys of today, while the house works."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.sealed.rotating import rotate


class Command(BaseCommand):
    help = "Brings what is sealed, and blind indexes, under the keys of today. Killed, it is begun again."

    def handle(self, *args: Any, **options: Any) -> None:
        found = rotate()
        for column in found:
            self.stdout.write(f"{column.column}: {column.done} renewed, {column.broken} do not open")
        if any(column.broken for column in found):
            raise CommandError("Some values do not open: their rows are in the log. Keep the key before.")
        self.stdout.write("Nothing is left under a key before.")
