"""The door: it authenticates, parses strictly, makes one call into its room, renders."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import AbstractContextManager, ExitStack, nullcontext
from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, ClassVar

import msgspec
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import connection, transaction
from django.utils import translation
from django.utils.cache import get_conditional_response
from rest_framework import serializers
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from base import scope
from base.api.lang import language_of
from base.api.problems import BodyTooLarge, problem_of
from base.api.seats import Seat
from base.api.strict import read_json
from base.models import Asker, said
from base.registry import plugged

MAX_BODY = 1024 * 1024
_READS = ("GET", "HEAD", "OPTIONS")
_READING = ("SELECT", "WITH", "SET", "SAVEPOINT", "RELEASE")
_WRITING = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+\S+\s+(\w+\s+)?SET|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE)\b", re.IGNORECASE
)


class WriteInRead(Exception):
    """A GET tried to write: a fault of the house, so an alarm."""


def _no_writing(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
    if not _only_reads(sql):
        raise WriteInRead(sql.split(" ", 1)[0])
    return execute(sql, params, many, context)


@lru_cache(maxsize=512)
def _only_reads(sql: str) -> bool:
    start = sql.lstrip(" (\n").upper()
    # Behind a WITH or a semicolon anything may follow; the rest is known by its first word.
    hides = (start.startswith("WITH") or ";" in sql) and _WRITING.search(sql)
    return not hides and start.startswith(_READING)


def reading(request: Any) -> AbstractContextManager[None]:
    """Within it, a request that only reads cannot write."""
    return connection.execute_wrapper(_no_writing) if request.method in _READS else nullcontext()


class StrictJSON(BaseParser):
    """application/json of at most `most` bytes."""

    media_type = "application/json"
    most: ClassVar[int] = MAX_BODY

    def parse(self, stream: Any, media_type: Any = None, parser_context: Any = None) -> Any:
        body = stream.read(self.most + 1)
        if len(body) > self.most:
            raise BodyTooLarge()
        return read_json(body)


class Upload(MultiPartParser):
    """multipart/form-data: one file and a few short fields."""


class JSON(BaseRenderer):
    """JSON, UTF-8; ids, days and instants in their ISO forms."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(self, data: Any, media_type: Any = None, context: Any = None) -> bytes:
        if isinstance(data, bytes):
            return data
        return b"" if data is None else msgspec.json.encode(data)


class OneRenderer(BaseContentNegotiation):
    """Every door speaks one media type; the Accept header is not asked."""

    def select_parser(self, request: Any, parsers: Any) -> Any:
        given = (request.content_type or "").split(";")[0].strip().lower()
        return next((parser for parser in parsers if parser.media_type == given), None)

    def select_renderer(self, request: Any, renderers: Any, format_suffix: Any = None) -> Any:
        return renderers[0], renderers[0].media_type


class BoundedUpload(MemoryFileUploadHandler):
    """Uploaded files stay in memory (never on a disk) and end at 6 MiB."""

    LIMIT = 6 * 1024 * 1024

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        super().handle_raw_input(*args, **kwargs)
        self.activated = True
        self.received = 0

    def receive_data_chunk(self, raw_data: Any, start: Any) -> Any:
        self.received += len(raw_data)
        if self.received > self.LIMIT:
            raise BodyTooLarge()
        return super().receive_data_chunk(raw_data, start)


class Text(serializers.CharField):
    """Text only: DRF would also take a number for one."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return str(super().to_internal_value(data))


class Id(serializers.UUIDField):
    """An id as text: DRF would also take a number, or true, for one."""

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str):
            self.fail("invalid", value=data)
        return super().to_internal_value(data)


# A body or a query with exactly the declared fields (no docstring: it would describe every shape).
class Strict(serializers.Serializer[Any]):
    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, Mapping):
            problem = serializers.ErrorDetail(str(_NO_OBJECT), code="not_an_object")
            raise serializers.ValidationError({"non_field_errors": [problem]})
        unknown = set(data) - set(self.fields)
        if unknown:
            problem = serializers.ErrorDetail(str(_NO_FIELD), code="unknown")
            raise serializers.ValidationError({str(name)[:100]: [problem] for name in sorted(unknown)})
        return super().to_internal_value(data)


_NO_OBJECT = said("Cần một đối tượng JSON.", "A JSON object is needed.")
_NO_FIELD = said("Không có trường này.", "There is no such field.")


class Nothing(Strict):
    pass


class Door(APIView):
    """The base of every view: Vietnamese by default, personal data never cached, reading never writes."""

    parser_classes = [StrictJSON]
    renderer_classes = [JSON]
    content_negotiation_class = OneRenderer
    cache_control: ClassVar[str] = "no-store"
    # True for a GET that keeps a note of who has read: tests/house/test_reading lists them.
    notes_reading: ClassVar[bool] = False
    # One transaction from the token to the answer; False where no personal data is read or written.
    whole: ClassVar[bool] = True
    # Of these one person may have so many running at once as base.api.seats says.
    expensive: ClassVar[bool] = False
    seat: Seat | None = None
    failed: Exception | None = None
    # The query parameters that GET takes; whatever else is asked for is refused.
    asks: ClassVar[type[Strict]] = Nothing
    asked: dict[str, Any]

    @property
    def by(self) -> Asker:
        """Who is asking."""
        return self.request.user  # type: ignore[return-value]

    @property
    def at(self) -> datetime:
        """Now; the one place of a request where the clock is read."""
        return datetime.now(UTC)

    def dispatch(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with translation.override(language_of(request)):
            answer = self._in_one if self.whole else self._answer
            with ExitStack() as at_end:
                at_end.callback(self._leave)
                response = answer(request, *args, **kwargs)
                if self.seat and response.streaming:  # it is sent later, and that is the work
                    response._resource_closers.append(at_end.pop_all().close)
            if self.failed is not None and (after := plugged("base.request_refused")):
                after(self.request, response, self.failed)
            return response

    def _in_one(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        """The answer, told only when all that it says is committed; what is refused leaves nothing behind."""
        try:
            with transaction.atomic(), scope.request():
                response = self._answer(request, *args, **kwargs)
                if self.failed is not None and not getattr(self.failed, "keeps", False):
                    transaction.set_rollback(True)
                    return response
                # Beside the guard of reading: the note of who saw what is the one thing that a GET writes.
                if done := plugged("base.request_done"):
                    done(self.request, response)
                if not getattr(response, "is_rendered", True):
                    response.render()
                return response
        except Exception as error:  # the note, the answer or COMMIT itself failed: nothing was stored
            self.failed = error
            response = problem_of(error, {"request": request})
            response.headers["Cache-Control"] = self.cache_control
            return response

    def _answer(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        with nullcontext() if self.notes_reading else reading(request):
            return super().dispatch(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Any:
        self.failed = exc
        return super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", self.cache_control)
        return response

    def body(self, kind: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
        """The request's body, checked; refuses with every field at fault."""
        given = kind(data=request.data)
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.asked = self._query(self.asks if request.method in _READS else Nothing, request)
        if self.expensive and self.by.user_id:
            self.seat = Seat(self.by.user_id)

    def nothing(self, request: Request) -> None:
        """Refuses a body where none is expected."""
        self.body(Nothing, request)

    def _query(self, kind: type[Strict], request: Request) -> dict[str, Any]:
        """The request's query parameters, checked; each may be given once."""
        if kind is Nothing and not request.query_params:
            return {}
        twice = [name for name, values in request.query_params.lists() if len(values) > 1]
        if twice:
            once = str(said("Chỉ được ghi một lần.", "May be given once only."))
            problem = serializers.ErrorDetail(once, code="twice")
            raise serializers.ValidationError({name: [problem] for name in twice})
        given = kind(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def _leave(self) -> None:
        if self.seat:
            self.seat.leave()

    def options(self, request: Any, *args: Any, **kwargs: Any) -> Response:
        return self.http_method_not_allowed(request, *args, **kwargs)


def etag_of(body: bytes) -> str:
    """The mark by which a public answer is told from an older one; 32 hexadecimal digits."""
    return sha256(body).hexdigest()[:32]


class PublicDoor(Door):
    """Open to all: nobody is asked who he is. Each one stands with its reason in tests/house."""

    authentication_classes = []
    permission_classes = [AllowAny]
    whole = False
    fresh: ClassVar[str] = "public, max-age=300"

    def cached(self, request: Request, content: dict[str, Any]) -> Any:
        """Public content with an ETag, or 304 for who holds the same bytes; no refusal is cached."""
        body = msgspec.json.encode(content)
        etag = f'"{etag_of(body)}"'
        response = Response(body, headers={"ETag": etag, "Cache-Control": self.fresh})
        return get_conditional_response(request, etag, response=response)
