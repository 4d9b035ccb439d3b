"""The door through which a phone catches up with its hamlets."""

from __future__ import annotations

import re
from functools import cache
from hashlib import sha256
from typing import Any

import msgspec
from django.conf import settings
from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request

from accounts.auth import asker_and
from base.api import Door, Strict, Text, compressed, etag_of
from base.errors import BadCursor, SignInNeeded
from checklist.items import describe_items
from sync.actions import tell_changes
from sync.api.push import actor_at
from sync.queries.pull import SCOPE_BESIDE, Changes, Scope, nothing_since, read_scope
from sync.rules.cursor import KINDS, USUAL, Cursor, NotOurs, epoch_mark, read_cursor, write_cursor

LIMIT, MOST = 500, 1000
_USUAL = re.compile(r"(?:cursor=(?P<cursor>[\w-]+))?(?:(?:^|&)limit=(?P<limit>[1-9]\d{0,2}|1000))?", re.ASCII)


class Kinds(Text):
    """Kinds of change, parted by commas."""

    def to_internal_value(self, data: Any) -> Any:
        kinds = frozenset(super().to_internal_value(data).split(","))
        if not kinds <= set(KINDS):
            self.fail("invalid")
        return kinds


class PullQuery(Strict):
    cursor = Text(required=False, max_length=8000, help_text="That of the last answer; none: from the start")
    limit = serializers.IntegerField(
        required=False, min_value=1, max_value=MOST, help_text=f"About so many changes; {LIMIT} by default"
    )
    kinds = Kinds(
        required=False,
        max_length=100,
        help_text=f"Parted by commas, of {', '.join(KINDS)}; by default those of the cursor, and at the "
        "start all but observation. What left a hamlet is always told.",
    )


class ChangeShape(Strict):
    kind = serializers.ChoiceField(choices=list(KINDS))
    id = serializers.CharField(help_text="A standing's is person/item/kind")
    hamlet = serializers.CharField(help_text="Code of the hamlet whose feed tells it")
    revision = serializers.IntegerField()
    data = serializers.DictField(required=False)  # type: ignore[assignment]  # a field of ours, not DRF's
    gone = serializers.BooleanField(
        required=False, help_text="In the place of data: what lies in that hamlet leaves the phone"
    )


class ScopeShape(Strict):
    hamlets = serializers.ListField(child=serializers.CharField())
    removed = serializers.ListField(
        child=serializers.CharField(), help_text="No longer in scope: all that lies there leaves the phone"
    )


class VersionsShape(Strict):
    areas = serializers.CharField(help_text="Another one: ask for the hamlets and communes again, by ETag")
    items = serializers.CharField(help_text="The beginning of the checklist's ETag")
    guides = serializers.CharField(help_text="Another one: ask for the guides again, by ETag")


class PullShape(Strict):
    server_time = serializers.DateTimeField()
    epoch = serializers.UUIDField(help_text="Another one: forget what was pulled, and offer all work again")
    changes = ChangeShape(many=True)
    cursor = serializers.CharField()
    more = serializers.BooleanField()
    scope = ScopeShape()
    versions = VersionsShape()


class Pull(Door):
    asks = PullQuery
    notes_reading = True  # in the statement that tells them
    scope: Scope | None = None

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        if request.method == "GET" and (asked := asker_and(request, SCOPE_BESIDE)):
            self.scope = read_scope(*asked.beside)
            if answer := self._nothing_new(request, self.scope):
                return answer
        return super().dispatch(request, *args, **kwargs)

    def _nothing_new(self, request: Any, scope: Scope) -> HttpResponse | None:
        """The answer to most questions of a phone, by one statement and without all that a door needs to tell
        of persons; None when there is something to tell, or to refuse."""
        given = _USUAL.fullmatch(request.META.get("QUERY_STRING", ""))
        if given is None or not given["cursor"]:
            return None
        try:
            cursor = read_cursor(given["cursor"], _key())
        except NotOurs:
            return None
        found = nothing_since(cursor, scope)
        if not found:
            return None
        headers = {"Allow": ", ".join(self.allowed_methods), "Cache-Control": self.cache_control}
        answer = HttpResponse(self._told(cursor, found), content_type="application/json", headers=headers)
        return compressed(request, answer)

    @extend_schema(operation_id="sync_pull", parameters=[PullQuery], responses={200: PullShape})
    def get(self, request: Request) -> HttpResponse:
        """Những gì đã thay đổi trong các thôn mình phụ trách, kể từ lần lấy trước."""
        self.by.must("own_account")
        cursor, limit = self._cursor(**self.asked), self.asked.get("limit", LIMIT)
        if self.scope is None:  # he became somebody since he was asked who he is: he comes again
            raise SignInNeeded()
        by = actor_at(self)
        found = tell_changes(by=by, cursor=cursor, scope=self.scope, limit=limit, at=self.at)
        return compressed(request, HttpResponse(self._told(cursor, found), content_type="application/json"))

    def _query(self, kind: type[Strict], request: Request) -> dict[str, Any]:
        """The parameters, checked. Phones ask all day long in one of these few ways, for which a serializer
        would take longer than all the rest of this door."""
        given = _USUAL.fullmatch(request.META.get("QUERY_STRING", ""))
        if given is None:
            return super()._query(kind, request)
        return {"cursor": given["cursor"] or "", "limit": int(given["limit"] or LIMIT)}

    def _cursor(self, *, cursor: str = "", kinds: frozenset[str] = frozenset(), limit: int = 0) -> Cursor:
        """Where the phone stands; refuses a cursor that is not ours, or that was begun with other kinds."""
        if not cursor:
            return Cursor(b"", kinds or USUAL, {})
        try:
            read = read_cursor(cursor, _key())
        except NotOurs:
            raise BadCursor(path="cursor") from None
        if kinds and kinds != read.kinds:
            raise BadCursor(path="kinds")
        return read

    def _told(self, before: Cursor, found: Changes) -> bytes:
        """The answer, round the changes as PostgreSQL wrote them."""
        now = Cursor(epoch_mark(found.scope.epoch), before.kinds, found.seen)
        answer = {
            "server_time": self.at.replace(microsecond=0),
            "epoch": found.scope.epoch,
            "cursor": write_cursor(now, _key()),
            "more": found.more,
            "scope": {"hamlets": found.scope.hamlets, "removed": found.removed},
            "versions": {
                "areas": f"{found.scope.looks & 0xFFFFFF:06x}",
                "items": _items_version(),
                "guides": found.scope.edition.hex[-6:] if found.scope.edition else "",
            },
        }
        return b'%b,"changes":[%b]}' % (msgspec.json.encode(answer)[:-1], found.told)


@cache
def _key() -> bytes:
    return sha256(f"cursors of sync: {settings.SECRET_KEY}".encode()).digest()


@cache
def _items_version() -> str:
    return etag_of(msgspec.json.encode(describe_items()))[:6]
