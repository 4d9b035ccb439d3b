"""What the actions share: rows of a guide, and the stamp that tells of every change."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from base.models import new_id
from guides.models import Edition, Guide, Step
from guides.queries import read_shelf
from guides.rules import MAX_BUNDLE, BundleTooLarge, GuideText, bundle_of

HEAD = ("slug", "language", "platform", "version", "item", "kind", "audience", "title", "summary")


def lock_edition() -> None:
    """Who changes guides does so alone until his transaction ends."""
    Edition.objects.bulk_create([Edition(id=1, stamp=new_id())], ignore_conflicts=True)
    Edition.objects.select_for_update().get(id=1)


def new_stamp() -> None:
    """Tells every process that what it built of the guides holds no more."""
    Edition.objects.filter(id=1).update(stamp=new_id())


def refuse_too_large(on: date) -> None:
    """Refuses what would make the bundle of an Android phone larger than MAX_BUNDLE."""
    shelf = read_shelf(on)
    size = max(len(bundle_of(shelf, language, "android")) for language in ("vi", "en"))
    if size > MAX_BUNDLE:
        raise BundleTooLarge(most=MAX_BUNDLE, size=size)


def columns_of(text: GuideText) -> dict[str, object]:
    """The columns of a guide but its state and who stands behind it."""
    return {
        **{name: getattr(text, name) for name in (*HEAD, "checked_on", "valid_until", "body", "digest")},
        "ways": list(text.ways),
        "source": list(text.source),
    }


def store_steps(guides: Iterable[tuple[Guide, GuideText]]) -> None:
    """The steps of new drafts, in one statement."""
    Step.objects.bulk_create(
        Step(
            guide=guide,
            number=step.number,
            text=step.text,
            detail=step.detail,
            warning=step.warning,
            you_see=step.you_see,
            picture_id=step.picture or None,
            picture_alt=step.picture_alt,
            audio_id=step.audio or None,
        )
        for guide, text in guides
        for step in text.steps
    )
