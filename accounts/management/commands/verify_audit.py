"""Looks through the log of access, from the first entry to the last."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.actions import seal_notes, verify_audit
from accounts.queries.signing import is_in_chain, public_keys
from base.models import SYSTEM


class Command(BaseCommand):
    help = (
        "Kiểm tra nhật ký truy cập; kết thúc bằng lỗi nếu không còn nguyên vẹn. / "
        "Verify the log of access; ends with an error when it is not whole."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", default="", help="a head as a report bears it, to be looked for")

    def handle(self, *args: Any, **options: Any) -> None:
        at = datetime.now(UTC)
        sealed = seal_notes(by=SYSTEM, at=at)
        verdict = verify_audit(by=SYSTEM, at=datetime.now(UTC))
        for fault in verdict.faults:
            self.stderr.write(fault)
        self.stdout.write(
            f"{verdict.entries} entries, {sealed} sealed just now; signed by {public_keys()[0]}"
        )
        if options["head"] and not is_in_chain(options["head"]):
            raise CommandError("Dấu này không có trong nhật ký. / This head is not in the log.")
        if verdict.faults:
            raise CommandError("Nhật ký truy cập không còn nguyên vẹn. / The log of access is not whole.")
