"""`manage.py restore FILE`: a sealed backup into an empty database, and nobody comes back by it."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from base.errors import Refusal
from base.models import SYSTEM
from privacy.actions.backups import restore


class Command(BaseCommand):
    help = "Reads FILE into an empty database, erases again who was erased since, begins a new epoch."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            restore(by=SYSTEM, path=options["file"])
        except Refusal as refusal:
            raise CommandError(refusal.message()) from None
        call_command("migrate", "--noinput", verbosity=0)
        if settings.APPLICATION_ROLE:
            call_command("grant_application")
        call_command("replay_erasures", stdout=self.stdout)
        call_command("new_epoch", stdout=self.stdout)
