"""A breach: whom it concerns, a line of the register with its clock, and the notice that is to be sent."""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from accounts.queries import admins_of_provinces
from accounts.queries.notes import holder_of
from areas.queries import codes_of, find_area, hamlets_under
from areas.queries.codes import CodedHamlet, coded_hamlets
from base.days import day_of, local
from base.errors import NotFound, Refusal
from base.models import SYSTEM, Asker, new_id
from base.registry import plug
from notices.actions import enqueue
from people.queries.exposed import Exposed, kept_at, named_in, told_to
from privacy.models import Breach
from privacy.rules import LEAK_TITLES, NOTIFY_WITHIN, Leak, breach_alarm

alarm = logging.getLogger("alarm")
TEXTS = Path(__file__).resolve().parents[1] / "texts"
BLANK = "……………………"
DRILL = {"vi": "[DIỄN TẬP] ", "en": "[DRILL] "}
NOWHERE = CodedHamlet("", "", "")


class BreachOver(Refusal):
    code = "breach.over"
    vi = "Không có sự cố nào đang mở mang số này."
    en = "No breach with this number is open."
    status = 409


@dataclass(frozen=True, slots=True)
class Answer:
    """A line of the register, whom the breach concerns, and where they live; who was erased lives nowhere."""

    breach: Breach
    exposed: list[Exposed]
    hamlets: dict[int, CodedHamlet]

    def home_of(self, one: Exposed) -> CodedHamlet:
        return self.hamlets[one.hamlet_id] if one.hamlet_id else NOWHERE

    @property
    def by_commune(self) -> dict[tuple[str, str], int]:
        """How many in each commune (code, name)."""
        homes = (self.home_of(one) for one in self.exposed)
        return dict(sorted(Counter((home.commune, home.name) for home in homes).items()))


@transaction.atomic
def open_breach(
    *, by: Asker, kind: str, what: str, since: datetime, until: datetime, at: datetime, is_drill: bool
) -> Answer:
    """Finds whom a breach concerns, of which the alarm was raised `at`, and enters it: from then on the clock
    runs. NotFound for a device, an account, an area or a file that is none."""
    by.must("keep_house")
    exposed = _exposed(Leak(kind), what, since, until)
    breach = Breach.objects.create(
        kind=kind,
        what=what,
        since=since,
        until=until,
        is_drill=is_drill,
        persons=len(exposed),
        alarm_at=at,
        due_at=at + NOTIFY_WITHIN,
    )
    return Answer(breach, exposed, coded_hamlets({one.hamlet_id for one in exposed if one.hamlet_id}))


def close_breach(*, by: Asker, number: int, at: datetime) -> None:
    """It was notified, or the drill is over: the clock stops."""
    by.must("keep_house")
    if not Breach.objects.filter(pk=number, closed_at=None).update(closed_at=at):
        raise BreachOver(path="number")


def raise_breach_alarms(*, by: Asker, at: datetime) -> int:
    """Tells those who answer for the provinces, and the log of alarms, of open breaches whose 72 hours end
    within a day or are over, each once; how many breaches."""
    by.must("keep_house")
    told = 0
    for breach in Breach.objects.filter(closed_at=None).order_by("due_at", "id"):
        kind = breach_alarm(breach.due_at, at)
        if kind and kind != breach.alarm:
            with transaction.atomic():
                Breach.objects.filter(pk=breach.pk).update(alarm=kind)
                _tell(breach, kind, at)
            told += 1
    return told


def write_notice(*, by: Asker, answer: Answer, language: str) -> str:
    """The notice of a breach, ready but for what only the office knows."""
    by.must("keep_house")
    breach, is_vi = answer.breach, language == "vi"
    counts = [
        f"   - {name} ({code}): {n}" if code else f"   - {'đã xóa khỏi sổ' if is_vi else 'erased since'}: {n}"
        for (code, name), n in answer.by_commune.items()
    ]
    text = (TEXTS / f"breach.{language}.txt").read_text(encoding="utf-8")
    return text.format(
        drill=DRILL[language] if breach.is_drill else "",
        number=breach.pk,
        contact=settings.SECURITY_CONTACT.removeprefix("mailto:"),
        title=LEAK_TITLES[Leak(breach.kind)][0 if is_vi else 1],
        what=breach.what,
        persons=breach.persons,
        communes="\n".join(counts),
        blank=BLANK,
        day=f"{day_of(breach.alarm_at):%d/%m/%Y}",
        **{name: _hour(getattr(breach, name)) for name in ("alarm_at", "due_at", "since", "until")},
    )


def _hour(at: datetime) -> str:
    return f"{local(at):%H:%M %d/%m/%Y}"


def _exposed(kind: Leak, what: str, since: datetime, until: datetime) -> list[Exposed]:
    if kind == Leak.FILE:
        found = plug("privacy.find_file")(what)
        if found is None:
            raise NotFound(path="what")
        return named_in(*found)
    if kind == Leak.AREA:
        area = find_area(what)
        if area is None:
            raise NotFound(path="what")
        hamlets = list(hamlets_under([area.pk]))
        return kept_at(hamlets, codes_of(hamlets), since=since, until=until)
    user, device = _asker(kind, what)
    return told_to(user, device, since=since, until=until)


def _asker(kind: Leak, what: str) -> tuple[UUID, int | None]:
    """The account that was told, and by which device (None: by any)."""
    if kind == Leak.ACCOUNT:
        try:
            return UUID(what), None
        except ValueError:
            raise NotFound(path="what") from None
    user = holder_of(int(what)) if what.isascii() and what.isdigit() else None
    if user is None:
        raise NotFound(path="what")
    return user, int(what)


def _tell(breach: Breach, kind: str, at: datetime) -> None:
    left = breach.due_at - at
    hours = abs(left) // timedelta(hours=1)
    alarm.error("breach %s: %s, %s h", breach.pk, kind, hours)
    enqueue(
        by=SYSTEM,
        to=admins_of_provinces(at),
        kind=kind,
        subject=new_id(),
        about=f"{'Diễn tập' if breach.is_drill else 'Sự cố'} số {breach.pk}, hạn {_hour(breach.due_at)}",
        link="/api/v1/privacy/breaches",
        language="vi",
        at=at,
    )
