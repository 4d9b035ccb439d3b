"""Editors write in the office, another editor publishes there; a post is what opens it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.actions import dismiss
from accounts.models import Post, User
from base.models import SYSTEM
from guides.models import Guide
from tests.guides.shelf import editor, newest
from tests.village import CAST, PASSWORD, an_id, calling

pytestmark = pytest.mark.django_db
DRAFT = {
    "slug": "bat-may",
    "language": "vi",
    "platform": "any",
    "item": "smartphone",
    "kind": "",
    "ways": "share\n",
    "audience": "everyone",
    "title": "Bật máy",
    "summary": "Bật một chiếc điện thoại.",
    "source": "Nghị định 69/2024/NĐ-CP",
    "checked_on": "2026-11-22",
    "valid_until": "2027-06-30",
    "body": "## Giữ nút bên cạnh.\n\n> [!SEE] Màn hình sáng lên.\n",
}


def desk(user_id: Any) -> Client:
    """The browser of somebody who has signed in."""
    client = Client()
    client.force_login(User.objects.get(pk=user_id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def act(client: Client, action: str, *guides: Guide) -> str:
    """What the office says when an action is chosen for these guides."""
    chosen = {"action": action, "_selected_action": [guide.pk for guide in guides]}
    return client.post("/admin/guides/guide/", chosen, follow=True).content.decode()


def written(client: Client, **changed: str) -> Guide:
    answer = client.post("/admin/guides/guide/add/", {**DRAFT, **changed})
    assert answer.status_code == 302, answer.content.decode()[:5000]
    return newest("bat-may")


def test_an_editor_signs_in_with_phone_and_password_and_sees_guides_only() -> None:
    client = Client()
    given = {"username": CAST["minh"][0], "password": PASSWORD, "next": "/admin/"}
    assert client.post("/admin/login/", given).status_code == 302
    page = client.get("/admin/").content.decode()
    assert "/admin/guides/guide/" in page
    assert "/admin/areas/" not in page
    assert "/admin/accounts/" not in page
    assert client.get("/admin/accounts/post/").status_code == 403


@pytest.mark.parametrize("who", ["an", "dung", "lien", "nobody", "dismissed", "disabled"])
def test_nobody_else_enters(who: str) -> None:
    client = Client()
    client.post("/admin/login/", {"username": CAST[who][0], "password": PASSWORD})
    assert client.get("/admin/guides/guide/").status_code == 302


def test_the_right_ends_with_the_post() -> None:
    client = desk(an_id("minh"))
    assert client.get("/admin/guides/guide/").status_code == 200
    dismiss(by=SYSTEM, post_id=Post.objects.get(user_id=an_id("minh")).pk, at=datetime.now(UTC))
    assert client.get("/admin/guides/guide/").status_code == 302


def test_one_writes_and_another_publishes() -> None:
    minh, other = desk(an_id("minh")), desk(editor("+84912000077", "Biên tập viên khác").user_id)
    draft = written(minh)
    assert (draft.state, draft.version, draft.author_id, draft.ways) == ("draft", 1, an_id("minh"), ["share"])
    assert calling().get("guides/bat-may").status == 404
    assert "Người soạn không tự ban hành" in act(minh, "publish", draft)
    assert "errornote" not in act(other, "publish", draft)
    assert calling().get("guides/bat-may").json["steps"][0]["text"] == "Giữ nút bên cạnh."
    act(minh, "withdraw", draft)
    assert calling().get("guides/bat-may").status == 404


def test_who_keeps_the_house_is_two_eyes_as_well() -> None:
    boss = User.objects.create_superuser(phone="+84912999999", password=None, full_name="Quản trị")
    draft = written(desk(boss.pk))
    assert draft.author_id == boss.pk
    assert "Người soạn không tự ban hành" in act(desk(boss.pk), "publish", draft)
    act(desk(an_id("minh")), "publish", draft)
    assert calling().get("guides/bat-may").status == 200


def test_a_draft_is_changed_and_previewed_and_a_published_guide_only_looked_at() -> None:
    minh = desk(an_id("minh"))
    draft = written(minh)
    path = f"/admin/guides/guide/{draft.pk}/change/"
    assert "Màn hình sáng lên." in minh.get(path).content.decode()
    body = "## Giữ nút nguồn.\n"
    assert minh.post(path, {**DRAFT, "body": body}).status_code == 302
    assert [step.text for step in newest("bat-may").steps.all()] == ["Giữ nút nguồn."]
    published = f"/admin/guides/guide/{newest('activate-vneid').pk}/change/"
    assert minh.get(published).status_code == 200
    assert minh.post(published, DRAFT).status_code == 403
    assert minh.post(f"/admin/guides/guide/{draft.pk}/delete/", {"post": "yes"}).status_code == 403


def test_what_a_file_may_not_have_a_form_may_not_either() -> None:
    minh = desk(an_id("minh"))
    for body, said in (
        ("## Bấm.\n\n<script>x</script>\n", "dòng 3: không được dùng ở đây: html_block"),
        ("## Bấm.\n\nXem [trang](https://example.com).\n", "dòng 3: địa chỉ ngoài danh sách"),
    ):
        answer = minh.post("/admin/guides/guide/add/", {**DRAFT, "body": body})
        assert answer.status_code == 200
        assert said in answer.content.decode()
    assert not Guide.objects.filter(slug="bat-may").exists()


def test_a_new_version_is_begun_from_what_is_published() -> None:
    minh = desk(an_id("minh"))
    act(minh, "begin_version", newest("activate-vneid"))
    draft = newest("activate-vneid")
    assert (draft.version, draft.state) == (2, "draft")


def test_the_other_tables_are_looked_at_in_both_languages() -> None:
    calling().post("guides/activate-vneid/feedback", {"version": 1, "step": 2, "worked": False})
    minh = desk(an_id("minh"))
    assert "Giả công an" in minh.get("/admin/guides/alert/").content.decode()
    assert "Bộ phận một cửa" in minh.get("/admin/guides/placesheet/").content.decode()
    assert "không làm được" in minh.get("/admin/guides/feedback/").content.decode().casefold()
    assert (
        "did not work"
        in minh.get("/admin/guides/feedback/", headers={"accept-language": "en"}).content.decode().casefold()
    )
    assert minh.get("/admin/guides/alert/add/").status_code == 403
