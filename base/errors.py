"""An expected no is a Refusal; anything else that is raised is an alarm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal
from uuid import UUID


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


def all_refusals(cls: type[Refusal] = Refusal) -> list[type[Refusal]]:
    """Every Refusal declared in the rooms imported so far."""
    found: list[type[Refusal]] = []
    for sub in cls.__subclasses__():
        if "code" in vars(sub):
            found.append(sub)
        found.extend(all_refusals(sub))
    return found
