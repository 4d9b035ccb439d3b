"""`manage.py set_second_factor <phone>`: an authenticator for whom no door is open yet, at the console."""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from typing import Any

import segno
from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.actions.second import begin_for, confirm_for
from accounts.queries import find_user
from base.errors import Refusal


class Command(BaseCommand):
    help = "Sets up the authenticator of an account: QR code, six digits, recovery codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("phone")

    def handle(self, *args: Any, **options: Any) -> None:
        user = find_user(options["phone"])
        if user is None:
            raise CommandError("Không có tài khoản này / There is no such account.")
        try:
            begun = begin_for(user)
            picture = io.StringIO()
            segno.make(begun.uri, micro=False).terminal(out=picture, compact=True)
            self.stdout.write(picture.getvalue())
            self.stdout.write(begun.secret)
            self.stdout.write("Sáu chữ số của ứng dụng / Six digits of the app:")
            codes = confirm_for(user.pk, sys.stdin.readline().strip(), datetime.now(UTC))
        except Refusal as refusal:
            raise CommandError(f"{refusal.message('vi')} / {refusal.message('en')}") from None
        self.stdout.write("Mã dự phòng, chỉ hiện một lần / Recovery codes, shown once:")
        self.stdout.write("\n".join(codes))
