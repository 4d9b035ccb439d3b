"""What the officer of a commune does on line while phones are on their way; True when it was done."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

from django.db.models import F, Value
from django.db.models.functions import Greatest

from accounts.models import Post
from areas.models import Area
from people.models import Household, Person
from tests.sync.proofs.sayings import unlike
from tests.village import LOWER, UPPER, an_id

HAMLETS = (UPPER, LOWER)
POSTS = {"an": ("volunteer", UPPER), "binh": ("team_lead", UPPER, LOWER), "chi": ("volunteer", LOWER)}
WHO = tuple(POSTS)
Desk = Callable[..., Any]  # (method, path below /api/v1, body) -> the answer; None: it was refused


def give_first_posts() -> None:
    """Two volunteers with a hamlet each, and a team lead who looks after both; no other posts."""
    now = datetime.now(UTC)
    theirs = Post.objects.filter(user_id__in=[an_id(name) for name in WHO], to_at=None)
    theirs.update(to_at=Greatest(F("from_at"), Value(now)))
    places = {area.code: area for area in Area.objects.filter(code__in=HAMLETS, level="hamlet")}
    for name, (role, *homes) in POSTS.items():
        for home in homes:
            Post.objects.create(user_id=an_id(name), role=role, area=places[home], from_at=now)


def move_household(desk: Desk, by: Random) -> bool:
    home = by.choice(_ids(Household))
    return bool(desk("POST", f"people/households/{home}/move", {"hamlet": by.choice(HAMLETS)}))


def end_posts(desk: Desk, by: Random) -> bool:
    posts = Post.objects.filter(user_id=an_id(by.choice(WHO)), to_at=None).values_list("pk", flat=True)
    return any([desk("DELETE", f"accounts/posts/{post}") for post in posts])


def give_post(desk: Desk, by: Random) -> bool:
    """Again, or elsewhere, or beside the old one."""
    name = by.choice(WHO)
    role, *homes = POSTS[name]
    given = {"user": str(an_id(name)), "role": role, "area": by.choice([*homes, *homes, *HAMLETS])}
    return bool(desk("POST", "accounts/posts", given))


def decide(desk: Desk, by: Random) -> bool:
    """About something that is held."""
    held = desk("GET", "sync/held")["results"]
    return bool(held) and bool(
        desk("POST", f"sync/held/{by.choice(held)['id']}/{by.choice(['release', 'refuse'])}")
    )


def edit_person(desk: Desk, by: Random) -> bool:
    person = Person.objects.get(pk=by.choice(_ids(Person)))
    seen, wanted = {"full_name": person.full_name}, {"full_name": unlike("Trần Thị")}
    return bool(desk("PATCH", f"people/persons/{person.pk}", {"base": seen, "set": wanted}))


def _ids(model: Any) -> list[Any]:
    return list(model.objects.filter(hamlet__code__in=HAMLETS, removed_at=None).values_list("pk", flat=True))


OFFICE: dict[str, Callable[[Desk, Random], bool]] = {
    "household moved": move_household,
    "person edited on line": edit_person,
    "posts ended": end_posts,
    "post given": give_post,
    "held work decided": decide,
}
