"""A published guide stays as it is: a change is a new version, and two persons stand behind it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from base.errors import NotFound, RightMissing
from base.models import SYSTEM
from guides.actions import (
    Expired,
    NoDraft,
    SameEyes,
    begin_version,
    load_content,
    publish,
    save_draft,
    withdraw,
)
from guides.actions.publishing import NotPublished
from guides.models import Edition, Guide
from guides.rules import BadContent
from tests import village
from tests.guides.shelf import BODY, HEAD, editor, folder_with, guide, newest
from tests.village import AT, calling

pytestmark = pytest.mark.django_db
SLUG = "activate-vneid"


def served(slug: str = SLUG) -> tuple[int, str]:
    answer = calling().get(f"guides/{slug}").json
    return answer["version"], answer["steps"][0]["text"]


def changed(slug: str = SLUG, **more: Any) -> Guide:
    """Minh's draft of the next version."""
    text = guide("\n## Bật máy lên trước đã.\n", name=f"{slug}.vi.md", **more)
    return save_draft(by=village.actor("minh"), guide=text)


def test_a_new_version_is_served_when_somebody_else_has_published_it() -> None:
    other = editor("+84912000077", "Biên tập viên khác")
    draft = changed()
    assert (draft.version, draft.state) == (2, "draft")
    assert served()[0] == 1
    before = calling().get(f"guides/{SLUG}").raw.headers["ETag"]
    publish(by=other, guide_id=draft.pk, at=AT)
    assert served() == (2, "Bật máy lên trước đã.")
    assert calling().get(f"guides/{SLUG}").raw.headers["ETag"] != before
    assert Guide.objects.get(slug=SLUG, language="vi", version=1).state == "published", "versions are kept"


def test_nobody_publishes_his_own_words() -> None:
    draft = changed()
    with pytest.raises(SameEyes):
        publish(by=village.actor("minh"), guide_id=draft.pk, at=AT)
    with pytest.raises(SameEyes):
        publish(by=SYSTEM, guide_id=draft.pk, at=AT)
    with pytest.raises(IntegrityError), transaction.atomic():
        Guide.objects.filter(pk=draft.pk).update(
            state="published", published_at=AT, publisher_id=draft.author_id
        )
    assert served()[0] == 1


@pytest.mark.parametrize("who", ["an", "dung", "giang", "lien", "nobody", "dismissed"])
def test_only_editors_write_publish_and_withdraw(who: str) -> None:
    by, draft = village.actor(who), changed()
    with pytest.raises(RightMissing):
        save_draft(by=by, guide=guide())
    with pytest.raises(RightMissing):
        publish(by=by, guide_id=draft.pk, at=AT)
    with pytest.raises(RightMissing):
        withdraw(by=by, guide_id=newest(SLUG, "en").pk, at=AT)
    with pytest.raises(RightMissing):
        begin_version(by=by, guide_id=draft.pk)


def test_an_editor_does_not_load_what_ships_with_the_house() -> None:
    with pytest.raises(RightMissing):
        load_content(by=village.actor("minh"), at=AT)


CHANGES = {
    "words": "UPDATE guides_guide SET title = 'x' WHERE slug = %s",
    "day": "UPDATE guides_guide SET valid_until = valid_until + 1 WHERE slug = %s",
    "back to draft": "UPDATE guides_guide SET state = 'draft', published_at = NULL WHERE slug = %s",
    "withdrawn with other words": (
        "UPDATE guides_guide SET state = 'withdrawn', withdrawn_at = published_at, title = 'x' "
        "WHERE slug = %s"
    ),
    "row": "DELETE FROM guides_guide WHERE slug = %s",
    "step": "UPDATE guides_step SET text = 'x' FROM guides_guide g WHERE g.id = guide_id AND g.slug = %s",
    "steps away": "DELETE FROM guides_step USING guides_guide g WHERE g.id = guide_id AND g.slug = %s",
    "step more": (
        "INSERT INTO guides_step (guide_id, number, text, detail, warning, you_see, picture_alt) "
        "SELECT id, 9, 'x', '', '', '', '' FROM guides_guide WHERE slug = %s"
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_keeps_what_was_published(change: str) -> None:
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(CHANGES[change], [SLUG])
    assert served() == (1, "Mở kho ứng dụng có sẵn trong điện thoại.")


def test_a_draft_is_changed_as_often_as_one_likes_and_a_published_guide_never() -> None:
    minh, other = village.actor("minh"), editor("+84912000077", "Biên tập viên khác")
    draft = changed()
    again = save_draft(
        by=minh, guide=guide("\n## Một việc.\n\n## Hai việc.\n", name=f"{SLUG}.vi.md"), guide_id=draft.pk
    )
    assert (again.pk, again.version, again.steps.count()) == (draft.pk, 2, 2)
    publish(by=other, guide_id=draft.pk, at=AT)
    with pytest.raises(NoDraft):
        save_draft(by=minh, guide=guide(name=f"{SLUG}.vi.md"), guide_id=draft.pk)
    with pytest.raises(NoDraft):
        publish(by=other, guide_id=draft.pk, at=AT)
    with pytest.raises(NotFound):
        publish(by=other, guide_id=99_999_999, at=AT)


def test_withdrawing_brings_back_the_version_before() -> None:
    other = editor("+84912000077", "Biên tập viên khác")
    draft = changed()
    publish(by=other, guide_id=draft.pk, at=AT)
    withdraw(by=village.actor("minh"), guide_id=draft.pk, at=AT)
    assert served()[0] == 1
    with pytest.raises(NotPublished):
        withdraw(by=other, guide_id=draft.pk, at=AT)
    withdraw(by=other, guide_id=Guide.objects.get(slug=SLUG, language="vi", version=1).pk, at=AT)
    told = calling().get(f"guides/{SLUG}").json
    assert told["language"] == "en", "the nearest that is left, and it is named"
    assert (told["asked"], told["lang"]) == ("vi", "en")
    withdraw(by=other, guide_id=newest(SLUG, "en").pk, at=AT)
    assert calling().get(f"guides/{SLUG}").status == 404


def test_what_is_past_its_last_day_is_not_served() -> None:
    other = editor("+84912000077", "Biên tập viên khác")
    draft = changed("viec-cu", checked_on="2026-01-01", valid_until="2026-11-10")
    publish(by=other, guide_id=draft.pk, at=AT)
    assert calling().get("guides/viec-cu").status == 404
    late = changed("viec-muon", checked_on="2026-01-01", valid_until="2026-11-10")
    with pytest.raises(Expired):
        publish(by=other, guide_id=late.pk, at=AT + timedelta(days=30))


def test_a_new_version_begins_with_the_words_of_the_old() -> None:
    old = newest(SLUG)
    draft = begin_version(by=village.actor("minh"), guide_id=old.pk)
    assert (draft.version, draft.state, draft.body, draft.title) == (2, "draft", old.body, old.title)
    texts = [list(row.steps.order_by("number").values_list("text", "detail")) for row in (old, draft)]
    assert texts[0] == texts[1]
    assert served()[0] == 1


def test_a_platform_of_its_own_is_served_before_the_one_for_all() -> None:
    other = editor("+84912000077", "Biên tập viên khác")
    draft = save_draft(by=village.actor("minh"), guide=guide(name=f"{SLUG}.iphone.vi.md"))
    publish(by=other, guide_id=draft.pk, at=AT)
    platforms = {
        p: calling().get(f"guides/{SLUG}", platform=p).json["platform"] for p in ("iphone", "android")
    }
    assert platforms == {"iphone": "iphone", "android": "any"}


def test_loading_again_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    stamp = Edition.objects.get().stamp
    call_command("load_guides")
    assert capsys.readouterr().out.strip() == "new 0, known 42, editors 0, lists_changed 0"
    assert Edition.objects.get().stamp == stamp


def test_a_file_that_changed_needs_a_new_version(tmp_path: Path) -> None:
    load_content(by=SYSTEM, at=AT, folder=folder_with(tmp_path, mot_viec__vi__md=HEAD + BODY))
    folder_with(tmp_path, mot_viec__vi__md=HEAD + BODY.replace("sáng", "tối"))
    with pytest.raises(BadContent, match=r"guide\.content"):
        load_content(by=SYSTEM, at=AT, folder=tmp_path)
    newer = (HEAD + BODY.replace("sáng", "tối")).replace("version = 1", "version = 2")
    folder_with(tmp_path, mot_viec__vi__md=newer)
    assert load_content(by=SYSTEM, at=AT, folder=tmp_path)["new"] == 1
    assert calling().get("guides/mot-viec").json["steps"][0]["you_see"] == "Màn hình tối lên."


def test_a_version_that_an_editor_has_taken_is_left_to_him(tmp_path: Path) -> None:
    save_draft(by=village.actor("minh"), guide=guide())
    counts = load_content(by=SYSTEM, at=AT, folder=folder_with(tmp_path, mot_viec__vi__md=HEAD + BODY))
    assert (counts["new"], counts["editors"]) == (0, 1)
