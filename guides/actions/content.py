"""What ships with the house: guides/content, read by people as its code is, and published by the house."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import models, transaction

from base.days import day_of
from base.models import Asker
from guides.actions.shelving import columns_of, lock_edition, new_stamp, refuse_too_large, store_steps
from guides.models import Alert, Guide, Media, PlaceSheet
from guides.rules import (
    AlertText,
    BadContent,
    GuideText,
    PlaceText,
    kept_name,
    read_alerts,
    read_guide,
    read_places,
)

CONTENT = Path(__file__).resolve().parents[1] / "content"


def load_content(*, by: Asker, at: datetime, folder: Path | None = None) -> dict[str, int]:
    """Publishes every guide of the folder that is new, and brings alerts and places up to date.

    Returns how many guides are new, known, or left to an editor's version of the same number, and whether
    alerts and places changed. Running it again changes nothing. BadContent, and nothing is stored, for a
    file that is not as it should be or that changed while its version stayed the same; BundleTooLarge.
    """
    by.must("keep_house")
    folder = folder or CONTENT
    media = {path.name: path.read_bytes() for path in sorted((folder / "media").glob("*"))}
    guides = [read_guide(path.name, _text(path), media) for path in sorted(folder.glob("*.md"))]
    alerts = [
        each for path in sorted(folder.glob("alerts.*.toml")) for each in read_alerts(path.name, _text(path))
    ]
    places = [
        each for path in sorted(folder.glob("places.*.toml")) for each in read_places(path.name, _text(path))
    ]
    with transaction.atomic():
        lock_edition()
        new, theirs = _unknown(guides)
        _store(new, media, at)
        changed = _replace(Alert, alerts) + _replace(PlaceSheet, places)
        if new or changed:
            refuse_too_large(day_of(at))
            new_stamp()
    known = len(guides) - len(new) - theirs
    return {"new": len(new), "known": known, "editors": theirs, "lists_changed": changed}


def _text(path: Path) -> str:
    """The file's text; BadContent when it is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadContent(file=path.name, line=1, why_vi="không phải UTF-8", why_en="not UTF-8") from None


def _unknown(guides: list[GuideText]) -> tuple[list[GuideText], int]:
    """The guides that are not there yet, and how many versions an editor has taken."""
    rows = Guide.objects.values_list("slug", "language", "platform", "version", "digest", "author_id")
    known = {row[:4]: row[4:] for row in rows}
    new, theirs = [], 0
    for guide in guides:
        digest, author = known.get((guide.slug, guide.language, guide.platform, guide.version), ("", None))
        if not digest:
            new.append(guide)
        elif author is not None:
            theirs += 1
        elif digest != guide.digest:
            raise BadContent(
                file=f"{guide.slug}.{guide.language}.md",
                line=1,
                why_vi=f"nội dung đã đổi mà phiên bản vẫn là {guide.version}",
                why_en=f"the content changed while its version stayed {guide.version}",
            )
    return new, theirs


def _store(guides: list[GuideText], media: Mapping[str, bytes], at: datetime) -> None:
    used = {name for guide in guides for step in guide.steps for name in (step.picture, step.audio)}
    files = [(kept_name(label, data, label, 1), label, data) for label, data in media.items()]
    Media.objects.bulk_create(
        (Media(name=name, label=label, data=data) for name, label, data in files if name in used),
        ignore_conflicts=True,
    )
    rows = Guide.objects.bulk_create(Guide(state="draft", **columns_of(guide)) for guide in guides)
    store_steps(zip(rows, guides, strict=True))
    Guide.objects.filter(pk__in=[row.pk for row in rows]).update(state="published", published_at=at)


def _replace(kind: type[models.Model], texts: Iterable[AlertText | PlaceText]) -> int:
    """1 when the rows were not these texts already, and are now."""
    wanted = [{name: _plain(value) for name, value in asdict(text).items()} for text in texts]
    table: Any = kind._default_manager
    names = sorted(wanted[0]) if wanted else []
    rows = list(table.values(*names)) if names else []
    if sorted(map(_key, rows)) == sorted(map(_key, wanted)):
        return 0
    table.all().delete()
    table.bulk_create(kind(**columns) for columns in wanted)
    return 1


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _key(columns: Mapping[str, Any]) -> str:
    return str(sorted(columns.items()))
