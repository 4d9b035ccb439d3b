"""`manage.py breach_drill`: whom a breach concerns, the register's line, and the notice to send."""

from __future__ import annotations

import csv
import os
from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from base.days import from_local
from base.errors import Refusal
from base.models import SYSTEM
from privacy.actions import close_breach, open_breach, write_notice
from privacy.actions.breaches import Answer
from privacy.rules import Leak

FOREVER = datetime(2000, 1, 1, tzinfo=UTC)


class Command(BaseCommand):
    help = (
        "Sự cố lộ dữ liệu: ai bị ảnh hưởng, ghi sổ, in thông báo (mặc định là diễn tập). / "
        "A breach: whom it concerns, a line of the register, the notice (a drill unless --real)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("kind", choices=[*(kind.value for kind in Leak), "close"])
        parser.add_argument(
            "what",
            help="the number of the device, file or breach, the id of the account, the code of the area",
        )
        parser.add_argument("--since", type=_instant, default=FOREVER, help="from, as 2026-11-02T08:00")
        parser.add_argument("--until", type=_instant, help="exposed until; now unless said")
        parser.add_argument("--alarm-at", type=_instant, help="when it was noticed; now unless said")
        parser.add_argument("--list", type=Path, dest="file", help="where the list of persons goes")
        parser.add_argument("--real", action="store_true", help="no drill")

    def handle(self, *args: Any, **options: Any) -> None:
        now = datetime.now(UTC)
        at, until = options["alarm_at"] or now, options["until"] or now
        if options["since"] > until:
            raise CommandError("--since: sau --until / later than --until")
        if options["file"] and options["file"].exists():
            raise CommandError(f"{options['file']} đã có / is there already")
        try:
            if options["kind"] == "close":
                close_breach(by=SYSTEM, number=_number(options["what"]), at=now)
                return
            answer = open_breach(
                by=SYSTEM,
                kind=options["kind"],
                what=options["what"],
                since=options["since"],
                until=until,
                at=at,
                is_drill=not options["real"],
            )
        except Refusal as refusal:
            raise CommandError(refusal.message()) from None
        self._list(answer, options["file"])
        for language in ("vi", "en"):
            self.stdout.write(write_notice(by=SYSTEM, answer=answer, language=language))

    def _list(self, answer: Answer, path: Path | None) -> None:
        """Ids and hamlets, no names: an office looks up the names where it may see them."""
        rows = [(str(one.person), answer.home_of(one).code) for one in answer.exposed]
        if path is None:
            for row in rows:
                self.stdout.write(",".join(row))
            return
        with open(path, "w", encoding="utf-8", newline="", opener=_for_us_alone) as file:
            csv.writer(file).writerows([("person", "hamlet"), *rows])


def _for_us_alone(name: str, flags: int) -> int:
    return os.open(name, flags | os.O_EXCL, 0o600)


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0


def _instant(text: str) -> datetime:
    """A moment as it is typed: in Viet Nam, unless it says otherwise."""
    return from_local(datetime.fromisoformat(text))
