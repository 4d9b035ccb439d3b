"""What the stories of people do again and again, by HTTP."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from base.models import new_id
from checklist.queries import kept_figures, recount
from people.models import Person
from tests.checklist import counting
from tests.village import FAR, LOWER, UPPER, Caller, Reply, hamlet_id


def person(full_name: str = "Bùi Thị Én", **more: Any) -> dict[str, Any]:
    """A person as a phone sends one."""
    return {"id": str(new_id()), "full_name": full_name, **more}


def household(*persons: dict[str, Any], hamlet: str = UPPER, **more: Any) -> dict[str, Any]:
    """A household as a phone sends one."""
    return {"id": str(new_id()), "hamlet": hamlet, "persons": list(persons), **more}


def registered(caller: Caller, *names: str, **more: Any) -> list[UUID]:
    """Households of one head each, registered by HTTP; the ids of the persons in order."""
    ids = []
    for name in names:
        who = person(name, relation="head", **more)
        reply = caller.post("people/households", household(who))
        assert reply.status == 201, reply.json
        ids.append(UUID(who["id"]))
    return ids


def editing(caller: Caller, person_id: UUID, field: str, base: Any, value: Any) -> Reply:
    return caller.patch(f"people/persons/{person_id}", {"base": {field: base}, "set": {field: value}})


def faults(reply: Reply) -> list[str]:
    """The paths of the fields at fault, "persons[0].phone" whichever way the number is written."""
    return [re.sub(r"\.(\d+)(?=\.|$)", r"[\1]", error["path"]) for error in reply.json["errors"]]


def names_of(reply: Reply) -> list[str]:
    """The heads of the households listed."""
    assert reply.status == 200, reply.json
    return [row["head"] for row in reply.json["results"]]


def figures_hold(*codes: str) -> None:
    """The kept figures of these hamlets (of all three, unless said) equal a recount."""
    hamlets = [hamlet_id(code) for code in codes or (UPPER, LOWER, FAR)]
    hamlets += Person.objects.values_list("hamlet_id", flat=True).distinct()
    for hamlet in set(hamlets):
        assert recount(hamlet).differences(kept_figures(hamlet)) == 0


def heads(code: str) -> int:
    """How many persons are counted in a hamlet."""
    return counting.heads(code)
