"""Whatever happens in the hamlets of a phone, after a pull it holds what its user may see, and no more."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from accounts.actions import appoint, dismiss
from accounts.models import Post
from accounts.rules import Role
from areas.actions import add_hamlets
from base.models import SYSTEM, new_id
from checklist.actions import (
    NewRetraction,
    record_observations,
    record_visits,
    retract_observations,
)
from people.actions import Move, NewHousehold, NewPerson, give_consents, move_households, register_households
from people.models import Person
from tests import make
from tests.people.doing import editing, registered
from tests.people.rosters import into_upper, row, undoing
from tests.sync.reading import Phone, holds, raw
from tests.village import AT, COMMUNE, FAR, LOWER, UPPER, actor, an_id, calling

pytestmark = pytest.mark.django_db
NGUYEN, LAN, HUNG, TAM = (an_id(name) for name in ("nguyen", "lan", "hung", "tam"))


@pytest.fixture
def phones() -> dict[str, Phone]:
    """Those of the two hamlets and of the commune, up to date."""
    found = {who: Phone(who) for who in ("an", "chi", "dung")}
    for phone in found.values():
        phone.pull()
    return found


def agree(phones: dict[str, Phone]) -> None:
    """After a pull each holds exactly what it should; so does one that begins only now, row by row."""
    hamlets = {"an": [UPPER], "chi": [LOWER], "dung": [UPPER, LOWER]}
    for who, phone in phones.items():
        phone.pull()
        assert holds(phone, *hamlets[who])
        fresh = Phone(who, limit=2)
        fresh.pull()
        assert fresh.store == phone.store
        assert phone.pull() == []


def observe(*said: Any, who: str = "dung") -> None:
    receipts = record_observations(by=actor(who), observations=said, at=AT)
    assert {receipt.state for receipt in receipts} == {"applied"}


def move(hamlet: str, who: str = "dung", home: Any = NGUYEN) -> None:
    [receipt] = move_households(by=actor(who), moves=[Move(home, hamlet)], at=AT)
    assert receipt.state == "applied", receipt


def everything_about_lan() -> None:
    observe(make.observation(LAN, "identity", "level2_active"), make.observation(HUNG, "identity", "level1"))
    record_visits(by=actor("an"), visits=[make.visit(NGUYEN)], at=AT)
    give_consents(by=actor("an"), consents=[make.consent(LAN)], at=AT)


def test_who_is_registered_and_edited(phones: dict[str, Phone]) -> None:
    [en, _] = registered(calling("an"), "Bùi Thị Én", "Cao Văn Cò")
    agree(phones)
    assert editing(calling("an"), en, "full_name", "Bùi Thị Én", "Bùi Thị Yến").status == 200
    assert editing(calling("dung"), TAM, "presence", "present", "away").status == 200
    agree(phones)
    assert phones["an"].store["person", str(en)][1]["full_name"] == "Bùi Thị Yến"


def test_what_is_recorded_and_retracted(phones: dict[str, Phone]) -> None:
    level1 = make.observation(LAN, "identity", "level1", observed_at=AT - timedelta(days=3))
    wrong, wallet = (
        make.observation(LAN, "identity", "level2_active"),
        make.observation(TAM, "payment", "has", kind="e_wallet"),
    )
    observe(level1, wrong, wallet)
    agree(phones)
    given = [NewRetraction(id=new_id(), observation=fact.id) for fact in (wrong, wallet)]
    retract_observations(by=actor("dung"), retractions=given, at=AT)
    agree(phones)
    [standing] = [kept for record, kept in phones["dung"].store.items() if record[0] == "standing"]
    assert standing[1]["state"] == "level1"


def test_visits_and_consents(phones: dict[str, Phone]) -> None:
    everything_about_lan()
    agree(phones)
    assert {kind for kind, _ in phones["an"].store} == {
        "household",
        "person",
        "standing",
        "visit",
        "consent",
    }


def test_a_household_moves_out_and_in_and_back(phones: dict[str, Phone]) -> None:
    everything_about_lan()
    agree(phones)
    move(LOWER)
    agree(phones)
    assert phones["an"].store == {}
    move(UPPER)
    agree(phones)
    assert all(code == LOWER for code, _ in phones["chi"].store.values())


def test_a_phone_that_slept_through_all_the_moves(phones: dict[str, Phone]) -> None:
    everything_about_lan()
    for hamlet in (LOWER, UPPER, LOWER, UPPER, LOWER):
        move(hamlet)
    agree(phones)
    assert phones["an"].store == {}


def test_Z_08_a_household_leaves_the_commune(phones: dict[str, Phone]) -> None:
    everything_about_lan()
    agree(phones)
    move(FAR, "giang")
    agree(phones)
    observe(make.observation(LAN, "identity", "level1"), who="giang")
    agree(phones)
    far = Phone("khanh")
    far.pull()
    assert holds(far, FAR)


def test_a_roster_comes_in_and_is_undone(phones: dict[str, Phone]) -> None:
    lan, en = row("Lê Thị Lan", vneid="x", cks="x"), row("Bùi Thị Én", house=2, vneid="x")
    number = into_upper(lan, row("Lê Văn Hùng", relation="Con"), en)["id"]
    agree(phones)
    stays = Person.objects.get(full_name="Bùi Thị Én").pk
    observe(make.observation(stays, "service_account", "logged_in"))
    assert undoing(number).status == 200
    agree(phones)


def test_a_post_that_ends_takes_the_hamlet_along(phones: dict[str, Phone]) -> None:
    everything_about_lan()
    phone = phones["an"]
    phone.pull()
    dismiss(by=SYSTEM, post_id=Post.objects.get(user_id=an_id("an")).pk, at=datetime.now(UTC))
    first = phone.ask().json
    # The answer may be lost: it is given again.
    assert phone.page()["scope"] == first["scope"] == {"hamlets": [], "removed": [UPPER]}
    assert phone.store == {}
    assert phone.page()["scope"] == {"hamlets": [], "removed": []}


def test_a_volunteer_is_posted_elsewhere_and_comes_back(phones: dict[str, Phone]) -> None:
    everything_about_lan()
    phone = phones["an"]
    phone.pull()
    ends = [Post.objects.get(user_id=an_id("an"))]
    for area in (LOWER, FAR, UPPER):
        for post in ends:
            dismiss(by=SYSTEM, post_id=post.pk, at=datetime.now(UTC))
        given = {"user_id": an_id("an"), "role": Role.VOLUNTEER, "area": area}
        ends = [appoint(by=SYSTEM, **given, at=datetime.now(UTC))]
        phone.pull()
        assert phone.scope == [area]
        assert holds(phone, area)


def test_a_new_hamlet_is_filled_in_beside_the_others(phones: dict[str, Phone]) -> None:
    """Those that the phone has read are not read again."""
    observe(make.observation(TAM, "identity", "level1"))
    phone = phones["an"]
    appoint(by=SYSTEM, user_id=an_id("an"), role=Role.VOLUNTEER, area=LOWER, at=AT)
    phone.limit = 1
    page = phone.page()
    assert (page["scope"]["hamlets"], page["more"]) == ([UPPER, LOWER], True)
    # Meanwhile life goes on in the first.
    observe(make.observation(LAN, "identity", "level1"))
    changes = [*page["changes"], *phone.pull()]
    assert [change["hamlet"] for change in changes].count(UPPER) == 1
    assert holds(phone, UPPER, LOWER)


def test_a_hamlet_that_is_added_to_the_commune_comes_by_itself(phones: dict[str, Phone]) -> None:
    [hamlet] = add_hamlets(by=SYSTEM, commune=COMMUNE, hamlets=[("Thôn Đoài", "village")], at=AT)
    phones["dung"].pull()
    assert phones["dung"].scope == [UPPER, LOWER, hamlet.code]
    home = NewHousehold(new_id(), hamlet.code, persons=[NewPerson(id=new_id(), full_name="Ai Đó")])
    register_households(by=SYSTEM, households=[home], at=AT)
    phones["dung"].pull()
    assert holds(phones["dung"], UPPER, LOWER, hamlet.code)


def test_two_posts_over_one_hamlet_tell_it_once(phones: dict[str, Phone]) -> None:
    appoint(by=SYSTEM, user_id=an_id("dung"), role=Role.VOLUNTEER, area=UPPER, at=AT)
    everything_about_lan()
    changes = phones["dung"].pull()
    assert len(changes) == len({(change["kind"], change["id"]) for change in changes})
    assert holds(phones["dung"], UPPER, LOWER)


@pytest.mark.parametrize("who", ["giang", "lien", "minh", "nobody", "dismissed"])
def test_who_does_not_work_in_a_hamlet_is_told_nothing(who: str) -> None:
    everything_about_lan()
    told = raw(who)
    assert b'"changes":[]' in told
    assert len(told) < 300


@pytest.mark.parametrize("who", ["an", "chi", "khanh", "dung", "hai"])
def test_nothing_from_out_of_sight_is_in_the_bytes(who: str) -> None:
    everything_about_lan()
    move(LOWER)
    move(UPPER)
    names = {
        UPPER: ("Nguyễn Thị Lan", "Đặng Văn Hùng", "Đặng Ngọc Mai", "Ngõ 3"),
        LOWER: ("Trần Văn Tâm", str(TAM), str(an_id("tran"))),
        FAR: ("Lê Thị Thu Canary", "Canary 7", str(an_id("thu")), str(an_id("le"))),
    }
    seen = {"an": [UPPER], "chi": [LOWER], "khanh": [FAR], "dung": [UPPER, LOWER], "hai": [FAR]}[who]
    told = raw(who, kinds="household,person,consent,standing,visit,observation").decode()
    for code, words in names.items():
        for word in words:
            assert (word in told) == (code in seen), word


def test_Z_08_what_moved_away_is_told_by_its_id_alone() -> None:
    phone = Phone("an")
    phone.pull()
    everything_about_lan()
    move(LOWER)
    changes = phone.pull()
    assert {kind for kind, *_ in {tuple(change.values()) for change in changes}} == {"household", "person"}
    assert all(set(change) == {"kind", "id", "hamlet", "revision", "gone"} for change in changes)
    assert {change["revision"] for change in changes} == {changes[0]["revision"]}
