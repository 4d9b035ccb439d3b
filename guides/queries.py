"""Reading guides: public texts, the same for everybody. What is built of them is kept in the process as
long as the stamp of the edition and the day are the same."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Max, QuerySet

from base.days import day_of
from guides.models import Alert, Feedback, Guide, Media, PlaceSheet, Step
from guides.rules import Shelf, tag_of

MOST_TAGS = 2000
_HEAD = ("slug", "item", "kind", "ways", "audience", "platform", "language", "version", "title", "summary")
_DAYS = ("valid_until", "source", "checked_on")
_ALERT = ("slug", "language", "title", "text", "recognise", "act", "report", "source")
_PLACE = ("code", "language", "title", "what", "bring", "fee", "time", "source", "checked_on")
_STEP = ("number", "text", "detail", "warning", "you_see", "picture_id", "picture_alt", "audio_id")


@dataclass(frozen=True, slots=True)
class Kept:
    """An answer as bytes, with the fingerprint of its content."""

    body: bytes
    digest: str


@dataclass
class Printed:
    """What a process has built of one edition on one day.

    `tags` are the ETags of answers by what they were asked with, so that a phone that has one is told so at
    once; there are at most MOST_TAGS, for strangers choose what they ask.
    """

    stamp: UUID | None = None
    on: date = date.min
    shelf: Shelf | None = None
    answers: dict[Hashable, Kept] = field(default_factory=dict)
    tags: dict[Hashable, str] = field(default_factory=dict)

    def kept(self, key: Hashable, make: Callable[[Shelf], bytes]) -> Kept:
        """The answer `key`, made when it is first asked for."""
        found = self.answers.get(key)
        if found is None:
            found = self.answers[key] = self.made_now(make)
        return found

    def made_now(self, make: Callable[[Shelf], bytes]) -> Kept:
        """An answer that is worth nobody else's memory."""
        body = make(self.read())
        return Kept(body, sha256(body).hexdigest()[:32])

    def read(self) -> Shelf:
        """What this edition holds on this day; read when it is first asked for."""
        if self.shelf is None:
            self.shelf = read_shelf(self.on)
        return self.shelf

    def remember(self, key: Hashable, tag: str) -> None:
        """Keeps the ETag of an answer, as long as there is room."""
        if len(self.tags) < MOST_TAGS:
            self.tags[key] = tag


# Another stamp: something was published, withdrawn or corrected.
STAMP = "SELECT stamp FROM guides_edition"
# What holds is asked for once in this time: every answer may be kept far longer by whoever got it.
LOOK_AGAIN = timedelta(seconds=1)
_printed = Printed()
_looked_at = datetime.min.replace(tzinfo=UTC)


def printed_at(at: datetime) -> Printed:
    """What is built of the edition that holds, for the day of this moment; at most one small query.

    Inside a transaction it is always asked for: what is read there may never come to be.
    """
    global _printed, _looked_at
    printed, on, within = _printed, day_of(at), connection.in_atomic_block
    if printed.on == on and not within and timedelta() <= at - _looked_at < LOOK_AGAIN:
        return printed
    with connection.cursor() as cursor:
        cursor.execute(STAMP)
        row = cursor.fetchone()
    stamp = row[0] if row else None
    if printed.stamp != stamp or printed.on != on:
        # A thread that still holds the old one goes on with it.
        printed = _printed = Printed(stamp, on)
    _looked_at = datetime.min.replace(tzinfo=UTC) if within else at
    return printed


def shelf_at(at: datetime) -> Shelf:
    """Everything that is published and valid on the day of this moment."""
    return printed_at(at).read()


def read_shelf(on: date) -> Shelf:
    """The newest published version of each guide that is valid on the day, the alerts and the places."""
    valid = Guide.objects.filter(state="published", valid_until__gte=on)
    keys = ("slug", "language", "platform")
    newest = valid.order_by(*keys, "-version").distinct(*keys).prefetch_related("steps")
    guides = [_guide(guide) for guide in newest]
    names = {step[what] for guide in guides for step in guide["steps"] for what in ("picture", "audio")}
    media = Media.objects.filter(name__in=names - {None}).values_list("name", "data")
    alerts = Alert.objects.filter(valid_from__lte=on, valid_until__gte=on)
    return Shelf(
        guides=tuple(guides),
        alerts=tuple(_lang(row) for row in alerts.values(*_ALERT, "valid_from", "valid_until")),
        places=tuple(_lang(row) for row in PlaceSheet.objects.values(*_PLACE)),
        media={name: bytes(data) for name, data in media},
    )


def _lang(row: Any) -> dict[str, Any]:
    return {**row, "lang": tag_of(row["language"])}


def _guide(guide: Guide) -> dict[str, Any]:
    told = {name: getattr(guide, name) for name in (*_HEAD, *_DAYS)}
    told["id"] = f"{guide.slug}:{guide.language}:{guide.platform}:{guide.version}"
    told["steps"] = [_step(step) for step in sorted(guide.steps.all(), key=lambda step: step.number)]
    return _lang(told)


def _step(step: Step) -> dict[str, Any]:
    return {name.removesuffix("_id"): getattr(step, name) for name in _STEP}


def find_media(name: str) -> bytes | None:
    """The bytes of a picture or recording under its kept name."""
    data = Media.objects.filter(name=name).values_list("data", flat=True).first()
    return None if data is None else bytes(data)


def media_by_label() -> dict[str, bytes]:
    """The newest file under each name by which a Markdown may call it."""
    return {label: bytes(data) for label, data in Media.objects.values_list("label", "data")}


def last_version(slug: str, language: str, platform: str) -> int:
    """The highest version there is, whatever became of it; 0 when there is none."""
    known = Guide.objects.filter(slug=slug, language=language, platform=platform)
    return known.aggregate(last=Max("version"))["last"] or 0


def list_feedback() -> QuerySet[Feedback]:
    """How the steps fared, where people get stuck most first."""
    return Feedback.objects.order_by("-failed", "slug", "version", "step")


def has_step(slug: str, version: int, number: int) -> bool:
    """True when that version, once published, has a step of that number."""
    known = Step.objects.filter(guide__slug=slug, guide__version=version, number=number)
    return known.exclude(guide__state="draft").exists()
