"""An expected no is a Refusal; anything else that is raised is an alarm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, TypeVar
from uuid import UUID

import msgspec

S = TypeVar("S")


class Refusal(Exception):
    """The base of every expected no.

    A subclass stands beside the action that raises it and declares `code`
    (`noun.reason`, never reworded once released), `vi` and `en` (sentences, with
    `{name}` for the details) and the HTTP `status`. Refusals are equal by code.
    """

    code: ClassVar[str]
    vi: ClassVar[str]
    en: ClassVar[str]
    status: ClassVar[int] = 422
    # True: what was written before it is kept. Else a refused request leaves nothing behind.
    keeps: ClassVar[bool] = False

    def __init__(self, path: str = "", **details: Any) -> None:
        """`path` names the offending field ("persons[3].birth_date"); `details` fill the sentence."""
        self.path = path
        self.details = details
        super().__init__(f"{self.code} {path}".strip())

    def message(self, language: str = "vi") -> str:
        """The sentence to show, in "vi" (default) or "en"."""
        text = self.en if language.startswith("en") else self.vi
        return text.format(**self.details)

    @property
    def extra(self) -> dict[str, Any]:
        """Members added to the problem document; none unless a subclass says so."""
        return {}


class NotFound(Refusal):
    """One answer for what does not exist and for what the asker may not see: nobody learns which."""

    code = "thing.not_found"
    vi = "Không tìm thấy."
    en = "Not found."
    status = 404


class RightMissing(Refusal):
    code = "right.missing"
    vi = "Bạn không có quyền làm việc này."
    en = "You have no right to do this."
    status = 403


class FieldBad(Refusal):
    code = "field.invalid"
    vi = "Trường này thiếu, không được biết hoặc không đúng kiểu."
    en = "This field is missing, unknown or of the wrong type."
    status = 400


class BadCursor(Refusal):
    code = "cursor.bad"
    vi = "Mốc trang không hợp lệ."
    en = "The page cursor is not valid."
    status = 400


class SignInNeeded(Refusal):
    code = "token.required"
    vi = "Cần đăng nhập: mã thiết bị thiếu, sai hoặc đã bị thu hồi."
    en = "Sign in: the device token is missing, wrong or revoked."
    status = 401


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of one command of a batch; `revision` is its number in the hamlet's feed."""

    id: UUID | None
    state: Literal["applied", "duplicate", "refused", "conflict", "held"]
    revision: int | None = None
    refusal: Refusal | None = None
    current: dict[str, Any] | None = None


def shaped(document: Any, shape: type[S]) -> S:
    """A document that was read as the struct it should be; refuses with the field at fault. One that could
    not be read is itself a Refusal, which is raised."""
    if isinstance(document, Refusal):
        raise document
    try:
        return msgspec.convert(document, shape)
    except (msgspec.ValidationError, OverflowError) as error:
        raise FieldBad(path=_path(str(error))) from None


def _path(message: str) -> str:
    """msgspec's "... - at `$.person`" as "person"; a missing or unknown field is named in the text."""
    _, _, where = message.rpartition(" - at `$")
    inner = where.rstrip("`").lstrip(".") if where != message else ""
    if "field `" in message:
        return message.split("field `")[1].split("`")[0][:100]
    return inner[:100]


def all_refusals(cls: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """Every Refusal declared in the rooms imported so far."""
    found: list[type[Refusal]] = []
    for sub in cls.__subclasses__():
        if "code" in vars(sub):
            found.append(sub)
        found.extend(all_refusals(sub))
    return found
