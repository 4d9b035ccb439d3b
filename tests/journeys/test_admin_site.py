"""The Django admin: areas and posts, in Vietnamese and English, through the same actions."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import Post, User
from tests.village import LOWER, an_id, calling

pytestmark = pytest.mark.django_db


@pytest.fixture
def office() -> Client:
    boss = User.objects.create_superuser(phone="+84912999999", password="x" * 20, full_name="Quản trị")
    client = Client()
    client.force_login(boss, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_only_areas_posts_and_guides_are_there() -> None:
    rooms = {model._meta.label for model in admin.site._registry}
    texts = {"guides.Guide", "guides.Alert", "guides.PlaceSheet", "guides.Feedback"}
    assert rooms == {"areas.Area", "areas.Succession", "areas.FormerName", "accounts.Post", *texts}


def test_a_stranger_and_a_volunteer_are_sent_to_the_sign_in() -> None:
    for caller in (calling(), calling("an")):
        answer = caller.call("GET", "/admin/")
        assert (answer.status, answer.raw.headers["Location"]) == (302, "/admin/login/?next=/admin/")


def test_it_speaks_vietnamese_and_english(office: Client) -> None:
    vietnamese = office.get("/admin/").content.decode()
    assert "Địa bàn và phân công" in vietnamese
    english = office.get("/admin/", headers={"accept-language": "en"}).content.decode()
    assert "Areas and posts" in english
    assert "Địa bàn và phân công" not in english


def test_the_office_appoints_and_the_right_is_there_at_once(office: Client) -> None:
    chi = calling("nobody")
    assert chi.get("people/households").status == 403
    answer = office.post(
        "/admin/accounts/post/add/", {"phone": "0912 000 010", "role": "volunteer", "place": LOWER}
    )
    assert answer.status_code == 302, answer.content.decode()[:3000]
    assert Post.objects.filter(user_id=an_id("nobody"), role="volunteer", area__code=LOWER).count() == 1
    assert chi.get("people/households").status == 200


def test_dismissing_ends_the_right_with_the_next_request(office: Client) -> None:
    post = Post.objects.get(user_id=an_id("chi"))
    chosen = {"action": "dismiss", "_selected_action": [post.pk]}
    assert office.post("/admin/accounts/post/", chosen).status_code == 302
    assert calling("chi").get("people/households").status == 403
    assert Post.objects.get(pk=post.pk).to_at <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"phone": "0999999999", "role": "volunteer", "place": LOWER}, "Không tìm thấy."),
        ({"phone": "0912000010", "role": "volunteer", "place": "99999"}, "Không tìm thấy."),
        ({"phone": "0912000003", "role": "volunteer", "place": LOWER}, "đã giữ vai trò này"),
    ],
)
def test_what_the_action_refuses_is_said_at_the_field(
    office: Client, given: dict[str, str], said: str
) -> None:
    answer = office.post("/admin/accounts/post/add/", given)
    assert answer.status_code == 200
    assert said in answer.content.decode()


def test_a_post_is_never_rewritten_or_deleted(office: Client) -> None:
    post = Post.objects.get(user_id=an_id("chi"))
    assert office.post(f"/admin/accounts/post/{post.pk}/change/", {"role": "area_admin"}).status_code == 403
    assert office.post(f"/admin/accounts/post/{post.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Post.objects.get(pk=post.pk).role == "volunteer"


def test_a_form_without_its_token_changes_nothing() -> None:
    User.objects.create_superuser(phone="+84912999998", password="x" * 20, full_name="Quản trị")
    strict = Client(enforce_csrf_checks=True)
    given = {"username": "+84912999998", "password": "x" * 20}
    assert strict.post("/admin/login/", given).status_code == 403
