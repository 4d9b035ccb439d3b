"""Reading JSON that a stranger sent: whatever it is, the answer names the field and is never a 5xx."""

from __future__ import annotations

import json
import re
from typing import Any

from base.errors import Refusal

MAX_DEPTH = 20
MAX_KEYS = 500
# U+0000 cannot be stored by PostgreSQL, lone surrogates not by UTF-8.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_LOOKED_AT = frozenset({str, dict, list})


class BadText(Refusal):
    code = "body.text"
    vi = "Nội dung có ký tự không lưu được (NUL hoặc nửa cặp thay thế)."
    en = "The text has a character that cannot be stored (NUL or a lone surrogate)."
    status = 400


class BadJSON(Refusal):
    code = "body.json"
    vi = "Nội dung gửi lên không phải JSON hợp lệ."
    en = "The body is not valid JSON."
    status = 400


class TooDeep(Refusal):
    code = "body.too_deep"
    vi = "Nội dung lồng nhau quá {depth} tầng."
    en = "The body is nested more than {depth} deep."
    status = 400


class TooManyKeys(Refusal):
    code = "body.too_many_fields"
    vi = "Một đối tượng có quá {keys} trường."
    en = "One object has more than {keys} fields."
    status = 400


class KeyTwice(Refusal):
    code = "body.field_twice"
    vi = "Một trường xuất hiện hai lần trong cùng một đối tượng."
    en = "One field appears twice in the same object."
    status = 400


def read_json(body: bytes) -> Any:
    """The value of a JSON text; refuses NaN, a field given twice, deep nesting, unstorable text."""
    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=_object, parse_constant=_no_constant)
    except (UnicodeDecodeError, RecursionError, ValueError):
        raise BadJSON() from None
    if type(value) in _LOOKED_AT:
        _check(value, "", 0)
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(pairs) > MAX_KEYS:
        raise TooManyKeys(keys=MAX_KEYS)
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        # A name that cannot be stored cannot be sent back either.
        raise KeyTwice(path=_UNSTORABLE.sub("?", twice)[:100])
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(name)


def _check(value: Any, path: str, depth: int) -> None:
    """Depth and text, everywhere; only containers and text cost anything."""
    if type(value) is str:
        if _UNSTORABLE.search(value):
            raise BadText(path=path)
        return
    if depth >= MAX_DEPTH:
        raise TooDeep(path=path[:200], depth=MAX_DEPTH)
    if type(value) is list:
        inside = [(f"{path}[{n}]", item) for n, item in enumerate(value) if type(item) in _LOOKED_AT]
    else:
        if any(_UNSTORABLE.search(name) for name in value):
            raise BadText(path=path)
        inside = [(f"{path}.{n}".lstrip("."), item) for n, item in value.items() if type(item) in _LOOKED_AT]
    for where, item in inside:
        _check(item, where, depth + 1)
