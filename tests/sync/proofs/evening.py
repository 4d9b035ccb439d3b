"""What a volunteer says in an evening, and what must be true on the next morning."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from random import Random
from typing import Any
from uuid import UUID

from sync.tasks import judge_held
from tests.bench.phone import Transport, new_id
from tests.checklist.counting import differences
from tests.sync.proofs import truth
from tests.sync.proofs.volunteer import Volunteer, new_phone
from tests.together import together
from tests.village import LOWER, UPPER, an_id

HOME = {"an": UPPER, "binh": UPPER, "chi": LOWER}
STATES = ("none", "level1", "level2_granted", "level2_active")


class Evening:
    """Three volunteers work at once and try, after each door, to reach the server."""

    def __init__(self, transport: Callable[[], Transport], sort: type[Volunteer] = Volunteer) -> None:
        self.before: dict[str, set[UUID]] = truth.everything()
        self.said: dict[str, truth.Said] = {name: {} for name in HOME}
        self.phones = {name: new_phone(sort, name, transport(), said) for name, said in self.said.items()}

    def work(self, doors: int, seed: int = 7) -> None:
        """Returns when all have gone from door to door, whatever reached the server."""
        chance = {name: Random(f"{seed} {name}") for name in HOME}
        for _ in range(0, doors, 20):
            together(*[partial(_go, phone, HOME[name], chance[name]) for name, phone in self.phones.items()])

    def work_in_turn(self, doors: int, seed: int = 7) -> None:
        """The same one after the other, where there is but one connection."""
        for name, phone in self.phones.items():
            _go(phone, HOME[name], Random(f"{seed} {name}"), doors)

    def check(self, transport: Callable[[], Transport]) -> None:
        """With a good network: nothing is lost, nothing is double, and all know the same."""
        phones: Sequence[Volunteer] = list(self.phones.values())
        for phone in phones:
            phone.transport = transport()
            assert phone.push()
        judge_held()
        for phone in phones:
            assert phone.sync()
        said = {key: value for of in self.said.values() for key, value in of.items()}
        truth.check_said(said, phones, self.before)
        for name, phone in self.phones.items():
            assert phone.pull()  # what another phone offered again, after a backup
            truth.check_phone(phone, an_id(name), truth.everything_told())
        assert differences() == 0

    @property
    def stored(self) -> int:
        """How many commands the phones know to be stored."""
        return sum(phone.counts()["stored"] for phone in self.phones.values())


def _go(phone: Volunteer, hamlet: str, chance: Random, doors: int = 20) -> None:
    for _ in range(doors):
        _knock(phone, hamlet, chance)
        phone.sync()


def _knock(phone: Volunteer, hamlet: str, chance: Random) -> None:
    """A household that nobody had written down, two persons, what they have, and a slip of the finger."""
    now = phone.clock.now()
    persons = [
        {"id": new_id(now), "full_name": "Nguyễn Văn Mới", "birth_year": year} for year in (1960, 1988)
    ]
    address = f"Ngõ {new_id(now)}"
    home = phone.say("household.register", {"hamlet": hamlet, "address": address, "persons": persons})
    phone.say("visit.record", {"household": home, "outcome": "met", "visited_at": now.isoformat()})
    told = []
    for person in persons:
        fact: dict[str, Any] = {"person": person["id"], "item": "identity", "state": chance.choice(STATES)}
        told.append(
            phone.say("observation.record", {**fact, "evidence": "seen", "observed_at": now.isoformat()})
        )
    phone.say("observation.retract", {"observation": chance.choice(told)})
    if known := sorted(phone.rows("person")):
        phone.edit("person", chance.choice(known), {"full_name": f"Nguyễn Thị {new_id(now)}"})
