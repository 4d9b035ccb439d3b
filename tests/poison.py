"""The poison set: what strangers, broken phones and scanners send to a door that takes JSON.

`swallow(caller, method, path, good)` sends every poison made from one good body and wants each answered
with a 4xx problem document that names the field where one is at fault, and nothing stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from tests.village import Caller, Reply

JSON = "application/json"
PROBLEM = "application/problem+json; charset=utf-8"
_HERE = "@@HERE@@"

# JSON texts that no field takes, whatever its kind.
ANY_FIELD: dict[str, bytes] = {
    "a list in a list": b"[[1]]",
    "an object": b'{"$gt": ""}',
    "true": b"true",
    "a NUL": b'"Lan\\u0000"',
    "a raw NUL": b'"Lan\x00"',
    "a lone high surrogate": b'"Lan\\ud800"',
    "a lone low surrogate": b'"\\udc00Lan"',
    "NaN": b"NaN",
    "minus Infinity": b"-Infinity",
    "10 ** 5000": b"1" + b"0" * 5000,
    "invalid UTF-8": b'"L\xe2\x28n"',
    "a text of 300,000 letters": b'"' + b"x" * 300_000 + b'"',
    "900 lists": b"[" * 900 + b"]" * 900,
}
# What a field that is not text does not take either.
NUMBERS: dict[str, bytes] = {
    "a huge integer": str(2**63).encode(),
    "a negative integer": b"-1",
    "1e400": b"1e400",
    "half": b"0.5",
}
_MANY_KEYS = b"{" + b",".join(b'"k%d":1' % n for n in range(10_000)) + b"}"
WHOLE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", JSON),
    "no JSON": (b"full_name=Lan", JSON),
    "half a document": (b'{"full_name": "La', JSON),
    "two documents": (b"{}{}", JSON),
    "a list": (b"[]", JSON),
    "a list of lists": (b"[[]]", JSON),
    "a text": (b'"Lan"', JSON),
    "a number": (b"7", JSON),
    "null": (b"null", JSON),
    "NaN": (b"NaN", JSON),
    "10 ** 5000": (b"1" + b"0" * 5000, JSON),
    "900 lists": (b"[" * 900 + b"]" * 900, JSON),
    "900 objects": (b'{"a":' * 900 + b"1" + b"}" * 900, JSON),
    "100,000 lists": (b"[" * 100_000, JSON),
    "100,000 objects": (b'{"a":' * 100_000, JSON),
    "10,000 keys": (_MANY_KEYS, JSON),
    "1 MiB and one byte": (b'"' + b"x" * (1024 * 1024 - 1) + b'"', JSON),
    "3 MiB": (b" " * 3 * 1024 * 1024, JSON),
    "invalid UTF-8": (b'{"\xff": 1}', JSON),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), JSON),
    "a mark of byte order": (b"\xef\xbb\xbf{}", JSON),
    "a form": (b"full_name=Lan", "application/x-www-form-urlencoded"),
    "plain text": (b"{}", "text/plain"),
    "XML": (b"<a/>", "application/xml"),
    "no media type": (b"{}", ""),
    "a broken multipart": (b"--x\r\n", "multipart/form-data; boundary=x"),
}
# A surrogate or a NUL in a field's name must not break the answer that would name it.
BAD_NAMES: dict[str, bytes] = {
    "a surrogate in a name": b'"\\ud800": 1',
    "a surrogate in a name, twice": b'"\\ud800": 1, "\\ud800": 2',
    "a NUL in a name": b'"a\\u0000b": 1',
    "a surrogate in a name of a text": b'"\\ud800": "x"',
    "a surrogate in a name of a list": b'"\\ud800": []',
    "a long name": b'"' + b"k" * 100_000 + b'": 1',
}


@dataclass(frozen=True)
class Poison:
    """One body; `field` is the path that the answer has to name ("" where the whole body is at fault)."""

    name: str
    body: bytes
    media_type: str = JSON
    field: str = ""


def bodies(good: dict[str, Any], *, besides: Iterable[str] = ()) -> Iterator[Poison]:
    """Every poison made from a good body; fields in `besides` keep their values.

    Text fields are also tried as null, lists and objects; those that are not text as numbers and words.
    """
    for name, (body, media_type) in WHOLE.items():
        yield Poison(name, body, media_type)
    for path, where in _objects(good):
        dotted = f"{path}." if path else ""
        unknown = f"{dotted}hack"
        yield Poison(f"an unknown field {unknown}", _with(good, where, "hack", b"1"), field=unknown)
        for name, text in BAD_NAMES.items():
            yield Poison(f"{name} in {path or 'the body'}", _raw_field(good, where, text))
        for first in list(where)[:1]:
            twice = json.dumps(first).encode() + b": 1"
            yield Poison(f"{dotted}{first} twice", _raw_field(good, where, twice), field=first)
    kept = set(besides)
    for path, where, key in _fields(good):
        if path in kept:
            continue
        texts = ANY_FIELD if isinstance(where[key], str) else ANY_FIELD | NUMBERS
        for name, text in texts.items():
            named = "" if name in _UNREADABLE else path
            yield Poison(f"{name} as {path}", _with(good, where, key, text), field=named)


# These break the document as a whole: nobody can say which field was meant.
_UNREADABLE = {"a raw NUL", "NaN", "minus Infinity", "10 ** 5000", "invalid UTF-8"}


def swallow(
    caller: Caller,
    method: str,
    path: str,
    good: dict[str, Any],
    *,
    besides: Iterable[str] = (),
    most: int = 1024 * 1024,
) -> int:
    """Sends every poison; returns how many. Each is refused with a problem document, nothing is stored; a
    body of more than `most` bytes is not even read."""
    before = stored()
    sent, passed = 0, []
    for poison in bodies(good, besides=besides):
        reply = caller.call(method, path, poison.body, content_type=poison.media_type)
        sent += 1
        try:
            refused(reply, poison if len(poison.body) <= most else poison.name)
            assert len(poison.body) <= most or reply.status in (413, 415), (poison.name, reply.status)
        except AssertionError as error:
            passed.append(str(error).split("\n")[0])
    assert not passed, "\n".join(passed)
    assert stored() == before
    return sent


def refused(reply: Reply, poison: Poison | str) -> None:
    """The answer is a 4xx problem document; of a field, the one that is named."""
    name = poison if isinstance(poison, str) else poison.name
    assert 400 <= reply.status < 500, (name, reply.status, reply.json)
    assert reply.raw.headers["Content-Type"] == PROBLEM, name
    told = reply.json
    assert set(told) >= {"type", "status", "code", "title", "errors"}, name
    assert told["status"] == reply.status, name
    if isinstance(poison, Poison) and poison.field:
        named = [re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", error["path"]) for error in told["errors"]]
        assert any(path.startswith(poison.field) for path in named), (name, named)


def stored() -> dict[str, int]:
    """How many rows each table of the rooms holds, and what was ever changed in it."""
    rooms = ("accounts_", "areas_", "people_", "checklist_", "reports_", "sync_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")
        # That somebody was refused is noted, and nothing else is.
        noted = ("accounts_access", "accounts_denials")
        names = (name for (name,) in cursor.fetchall() if not name.startswith(noted))
        tables = sorted(name for name in names if name.startswith(rooms))
        counts = " UNION ALL ".join(
            f"SELECT '{name}', sum(hashtext(t::text)::bigint)::bigint FROM {name} t"
            if not name.startswith(("areas_area", "areas_succession", "areas_former", "areas_alias"))
            else f"SELECT '{name}', count(*) FROM {name}"
            for name in tables
        )
        cursor.execute(counts)
        return dict(cursor.fetchall())


def _objects(value: Any, path: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(value, dict):
        yield path, value
        for name, item in value.items():
            yield from _objects(item, f"{path}.{name}".lstrip("."))
    elif isinstance(value, list):
        for number, item in enumerate(value):
            yield from _objects(item, f"{path}[{number}]")


def _fields(good: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], str]]:
    for path, where in _objects(good):
        for key in where:
            yield f"{path}.{key}".lstrip("."), where, key


def _with(good: dict[str, Any], where: dict[str, Any], key: str, text: bytes) -> bytes:
    """The good body with one value replaced by a JSON text."""
    known, before = key in where, where.get(key)
    where[key] = _HERE
    whole = json.dumps(good).encode()
    if known:
        where[key] = before
    else:
        del where[key]
    return whole.replace(json.dumps(_HERE).encode(), text)


def _raw_field(good: dict[str, Any], where: dict[str, Any], text: bytes) -> bytes:
    """The good body with the text of one more field in one of its objects."""
    name = "@@NAME@@"
    return _with(good, where, name, b"1").replace(json.dumps(name).encode() + b": 1", text)
