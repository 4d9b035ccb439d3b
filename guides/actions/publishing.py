"""Drafts, and what becomes of them. A published guide is never changed: a change is a new version."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from base.days import day_of
from base.errors import NotFound, Refusal
from base.models import Asker
from guides.actions.shelving import HEAD, columns_of, lock_edition, new_stamp, refuse_too_large, store_steps
from guides.models import Guide, Step
from guides.queries import last_version
from guides.rules import GuideText, check_guide


class NoDraft(Refusal):
    code = "guide.no_draft"
    vi = "Hướng dẫn này đã ban hành hoặc đã rút nên không sửa được nữa; hãy soạn phiên bản mới."
    en = "This guide is published or withdrawn and cannot be changed; begin a new version."
    status = 409


class NotPublished(Refusal):
    code = "guide.not_published"
    vi = "Chỉ hướng dẫn đang ban hành mới làm được việc này."
    en = "Only a published guide allows this."
    status = 409


class SameEyes(Refusal):
    code = "guide.same_eyes"
    vi = "Người soạn không tự ban hành: cần một biên tập viên khác xem lại."
    en = "The author does not publish: another editor looks at it first."
    status = 403


class Expired(Refusal):
    code = "guide.expired"
    vi = "Hướng dẫn đã quá ngày hiệu lực; hãy kiểm tra lại nguồn và sửa ngày."
    en = "The guide is past its last day; check its sources again and correct the day."


def save_draft(*, by: Asker, guide: GuideText, guide_id: int | None = None) -> Guide:
    """A new draft with the next version, or the draft `guide_id` with this content; its author is who asks.

    Refuses content that a file could not have either (BadContent), and to change what is no draft.
    """
    by.must("edit_guide")
    check_guide(guide, guide.slug)
    with transaction.atomic():
        lock_edition()
        if guide_id is None:
            version = last_version(guide.slug, guide.language, guide.platform) + 1
            row = Guide(state="draft", author_id=by.user_id, **columns_of(guide.numbered(version)))
            row.save()
        else:
            row = _draft(guide_id)
            same_key = {name: getattr(row, name) for name in ("slug", "language", "platform", "version")}
            changed = {**columns_of(guide), **same_key, "author_id": by.user_id}
            Guide.objects.filter(pk=row.pk).update(**changed)
            row.refresh_from_db()
            Step.objects.filter(guide=row).delete()
        store_steps([(row, guide)])
    return row


def publish(*, by: Asker, guide_id: int, at: datetime) -> Guide:
    """The draft is what readers get from now on. Refuses its own author, a guide past its last
    day, and more than a bundle holds."""
    by.must("edit_guide")
    with transaction.atomic():
        lock_edition()
        row = _draft(guide_id)
        if by.user_id is None or row.author_id == by.user_id:
            raise SameEyes()
        if row.valid_until < day_of(at):
            raise Expired(path="valid_until")
        changed = {"state": "published", "publisher_id": by.user_id, "published_at": at}
        Guide.objects.filter(pk=row.pk).update(**changed)
        refuse_too_large(day_of(at))
        new_stamp()
    row.refresh_from_db()
    return row


def withdraw(*, by: Asker, guide_id: int, at: datetime) -> Guide:
    """The guide is served no more; the version before it, if it is still valid, is served again."""
    by.must("edit_guide")
    with transaction.atomic():
        lock_edition()
        row = _row(guide_id)
        if row.state != "published":
            raise NotPublished()
        Guide.objects.filter(pk=row.pk).update(state="withdrawn", withdrawn_at=at)
        new_stamp()
    row.refresh_from_db()
    return row


def begin_version(*, by: Asker, guide_id: int) -> Guide:
    """A draft with the content of a published or withdrawn guide and the next version."""
    by.must("edit_guide")
    with transaction.atomic():
        lock_edition()
        old = _row(guide_id)
        columns = {
            name: getattr(old, name) for name in (*HEAD, "ways", "source", "checked_on", "body", "digest")
        }
        columns["version"] = last_version(old.slug, old.language, old.platform) + 1
        row = Guide(state="draft", author_id=by.user_id, valid_until=old.valid_until, **columns)
        row.save()
        steps = Step.objects.filter(guide=old).order_by("number")
        Step.objects.bulk_create(_copied(steps, row))
    return row


def _copied(steps: Iterable[Step], guide: Guide) -> list[Step]:
    copies = []
    for step in steps:
        step.pk, step.guide = None, guide
        copies.append(step)
    return copies


def _row(guide_id: int) -> Guide:
    row = Guide.objects.select_for_update(no_key=True).filter(pk=guide_id).first()
    if row is None:
        raise NotFound()
    return row


def _draft(guide_id: int) -> Guide:
    row = _row(guide_id)
    if row.state != "draft":
        raise NoDraft()
    return row
