"""On what ground somebody's data may be written at all: a decision of the authority, or his consent.

Law 91/2025/QH15, article 19(1)c: the operation of state agencies and state management; else consent. For a
minor the representative agrees (article 24). On the age the law on personal data is to be confirmed: the
setting MINOR_UNDER says it, 14 unless changed, the age from which Decree 69/2024/ND-CP (article 7) lets
somebody register an identity account himself; below it the representative does.
"""

from __future__ import annotations

from datetime import date

from base.errors import Refusal
from people.rules.persons import adult_birth, latest_birth


class NoBasis(Refusal):
    code = "person.no_basis"
    vi = (
        "Chưa có căn cứ để ghi dữ liệu: địa bàn chưa có quyết định của cơ quan có thẩm quyền, "
        "và người dân chưa đồng ý."
    )
    en = "No ground to write this: the area has no decision of an authority, and nobody has agreed."


class RepresentativeNeeded(Refusal):
    code = "person.representative_needed"
    vi = "Người chưa đủ tuổi: cần người đại diện đã trưởng thành đồng ý trước."
    en = "A minor: an adult representative has to agree first."


def grown_birth(on: date, minor_under: int) -> date:
    """The latest birthday of somebody who decides for himself on the day."""
    return latest_birth(on, minor_under)


def is_adult(born_on: date | None, on: date) -> bool:
    """True when somebody may agree for a minor; an unknown age is an adult's."""
    return born_on is None or born_on <= adult_birth(on)
