"""What several doors of accounts tell, and who stands at them."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.actor import Actor
from accounts.models import Post
from accounts.rules import Role
from base.api import Door, Strict, Text

ROLES = [role.value for role in Role]


class UserShape(Strict):
    id = serializers.UUIDField()
    full_name = serializers.CharField()


class AreaNameShape(Strict):
    code = serializers.CharField()
    name = serializers.CharField()


class HeldPostShape(Strict):
    role = serializers.ChoiceField(choices=ROLES)
    area = AreaNameShape()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()  # "from" is a Python keyword
        fields["from"] = serializers.DateTimeField()
        fields["to"] = serializers.DateTimeField(allow_null=True)
        return fields


class PageQuery(Strict):
    cursor = Text(required=False, max_length=1000)


def show_post(post: Post) -> dict[str, Any]:
    """A post as it is told."""
    return {
        "role": post.role,
        "area": {"code": post.area.code, "name": post.area.name},
        "from": post.from_at,
        "to": post.to_at,
    }


def actor_at(door: Door) -> Actor:
    by = door.by
    assert isinstance(by, Actor)
    return by
