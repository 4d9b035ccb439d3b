"""Who is what, where, from when to when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from accounts.actions.inviting import must_grant
from accounts.actions.trying import knows
from accounts.actor import step_up
from accounts.models import Post, User
from accounts.queries import holders_at
from accounts.rules import NEVER, ROLE_TITLES, WEIGHTY, Role, Verb
from areas.queries import find_area, path_of
from base.errors import NotFound, Refusal
from base.models import SYSTEM, Asker, new_id
from notices.actions import enqueue


class PostHeld(Refusal):
    code = "post.held"
    vi = "Người này đã giữ vai trò này tại địa bàn này."
    en = "This person already holds this role at this area."
    status = 409


class NotYours(Refusal):
    code = "post.own"
    vi = "Người đề nghị và người được phân công không được tự duyệt."
    en = "Neither who asked for a post nor who is to hold it can approve it."
    status = 403


def appoint(*, by: Asker, user_id: UUID | None, role: Role, area: str, at: datetime) -> Post:
    """Gives a role at an area inside the asker's own; refuses what he may not give and what is held. The post
    of an admin waits for a second person, unless the house itself gives it."""
    by.must(Verb.APPOINT)
    step_up(by, at)
    area_id = must_grant(by, Verb.APPOINT, role, find_area(area))
    user = User.objects.filter(pk__in=[user_id], is_active=True).first()
    if user is None or not knows(by, user):
        raise NotFound(path="user")
    try:
        with transaction.atomic():
            return give_post(user, role, area_id, by.user_id, at)
    except IntegrityError:
        raise PostHeld() from None


def give_post(user: User, role: Role, area_id: int, giver_id: UUID | None, at: datetime) -> Post:
    """The row, in force at once or when a second person agrees: then those who may are told."""
    waits = role in WEIGHTY and giver_id is not None
    begins = {"from_at": NEVER if waits else at, "for_approval": waits, "granted_by_id": giver_id}
    post = Post.objects.create(user=user, role=role, area_id=area_id, **begins)
    if waits:
        _ask_for_approval(post, at)
    return post


def _ask_for_approval(post: Post, at: datetime) -> None:
    """Told are the admins above, never who asked; neither name nor number leaves the house."""
    above = [node for node in path_of(post.area) if node != post.area_id]
    admins = set(holders_at(above, WEIGHTY, at)) - {post.granted_by_id, post.user_id}
    about = f"{ROLE_TITLES[Role(post.role)][0]}, {post.area.name}"
    enqueue(
        by=SYSTEM,
        to=sorted(admins),
        kind="post_to_approve",
        subject=new_id(),
        about=about,
        link="/api/v1/accounts/posts/waiting",
        language="vi",
        at=at,
    )


def approve_post(*, by: Asker, post_id: int, at: datetime) -> Post:
    """A second person who may give the role there agrees: it is in force from now on."""
    by.must(Verb.APPOINT)
    step_up(by, at)
    waiting = Post.objects.filter(pk=post_id, for_approval=True, to_at=None, user__is_active=True)
    post = waiting.select_related("area__parent__parent", "user").first()
    if post is None or by.user_id is None or not by.holds(Verb.APPOINT, *path_of(post.area)):
        raise NotFound()
    must_grant(by, Verb.APPOINT, Role(post.role), post.area)
    if by.user_id in (post.granted_by_id, post.user_id):
        raise NotYours()
    if not waiting.update(for_approval=False, approved_by_id=by.user_id, from_at=at):
        raise NotFound()
    post.refresh_from_db(fields=["for_approval", "approved_by", "from_at"])
    return post


def dismiss(*, by: Asker, post_id: int, at: datetime) -> None:
    """Ends a post now, also one that has yet to begin or to end; its rights end with the next request."""
    by.must(Verb.APPOINT)
    lasting = Post.objects.filter(Q(to_at=None) | Q(to_at__gt=at), pk=post_id)
    post = lasting.select_related("area__parent__parent").first()
    if post is None or not by.holds(Verb.APPOINT, *path_of(post.area)):
        raise NotFound()
    must_grant(by, Verb.APPOINT, Role(post.role), post.area)
    lasting.update(to_at=Greatest(F("from_at"), Value(at)))
