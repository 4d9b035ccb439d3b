"""How often a password, a one-time code or an invitation may be tried: exactly so often, however many come at
once, and not at all while nobody can count."""

from __future__ import annotations

import hmac
from datetime import datetime
from uuid import UUID

from django.conf import settings

from accounts.actions.notes import note_act
from accounts.actor import Actor
from accounts.models import Post, User
from accounts.queries import workplace_of
from accounts.rules import Verb, phone_of
from areas.queries import path_of
from base.errors import NotFound, Refusal
from base.models import Asker
from base.queue import Limit, forget, refund, spend

WINDOW = 15 * 60
# Failures within the window: for an account from one address, for it from everywhere, for an address alone
# (carriers put thousands of phones behind one).
HERE, ANYWHERE, ADDRESS = 5, 50, 100


class TooManyTries(Refusal):
    """The same words for an account that exists and one that does not."""

    code = "sign_in.locked"
    vi = "Đã thử sai nhiều lần; xin thử lại sau ít phút, hoặc nhờ cán bộ quản lý mở khóa."
    en = "Too many wrong tries; please try again in some minutes, or ask an officer to unlock."
    status = 429

    @property
    def retry_after(self) -> int:
        return int(self.details["seconds"])


Try = tuple[Limit, ...]


def begin_try(*, by: Asker, address: str, phone: str | None = None) -> Try:
    """Counts one try from an address (a fingerprint), and for the account of a phone where one is named.

    TooManyTries when one of the limits is reached: nothing is looked at then, be it right or wrong.
    """
    by.must(Verb.OWN_ACCOUNT)
    limits = [Limit(f"accounts:address:{address}", "tries", ADDRESS, WINDOW)]
    if phone is not None:
        account = _drawer(phone)
        limits += [Limit(account, address, HERE, WINDOW), Limit(account, "all", ANYWHERE, WINDOW)]
    wait = spend(*limits)
    if wait:
        raise TooManyTries(seconds=wait)
    return tuple(limits)


def end_try(*, by: Asker, begun: Try) -> None:
    """It was right: it counts no more."""
    by.must(Verb.OWN_ACCOUNT)
    refund(*begun)


def unlock_account(*, by: Asker, user_id: UUID, at: datetime) -> None:
    """Forgets the failures of an account inside the asker's area, from everywhere; that he did is noted."""
    by.must(Verb.APPOINT)
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not knows(by, user):
        raise NotFound()
    note_act(by=by, act="account.unlock", subject=user_id, area=workplace_of(user_id))
    forget(_drawer(user.number))


def knows(by: Asker, user: User) -> bool:
    """True when the user holds or held a post inside the asker's area: accounts cannot be probed."""
    posts = Post.objects.filter(user=user).select_related("area__parent")
    return any(by.holds(Verb.APPOINT, *path_of(post.area)) for post in posts) or not isinstance(by, Actor)


def _drawer(phone: str) -> str:
    """Where an account's tries are counted; neither the number nor whether it is one can be read from it."""
    name = (phone_of(phone) or phone).encode("utf-8", "replace")
    return f"accounts:tries:{hmac.digest(settings.SECRET_KEY.encode(), b'tries' + name, 'sha256').hex()[:32]}"
