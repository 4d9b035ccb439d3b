"""The commune sends its list again next month: who is known is recognised, who is new is added."""

from __future__ import annotations

import unicodedata

import pytest

from checklist.models import Observation
from checklist.queries import kept_figures
from people.models import Household, Person
from tests.people.doing import figures_hold, hamlet_id, heads
from tests.people.rosters import COMMUNES, applied, into_upper, row, sample, staged, truth
from tests.village import UPPER, an_id, calling

pytestmark = pytest.mark.django_db


def living() -> int:
    return Person.objects.filter(removed_at=None).count()


@pytest.mark.parametrize("name", list(COMMUNES))
def test_the_same_file_again_finds_everybody_and_doubles_nothing(name: str) -> None:
    area, who = COMMUNES[name]
    first = applied(sample(name), area=area, who=who)
    hamlets = {entry["name"]: hamlet_id(entry["code"]) for entry in first["hamlets"]}
    before = (living(), Household.objects.count(), [kept_figures(pk) for pk in hamlets.values()])
    said = Observation.objects.count()
    told = staged(sample(name), area=area, who=who)
    assert (told["counts"]["matched"], told["counts"]["new"]) == (truth(name)["persons"], 0)
    again = applied(sample(name), area=area, who=who)
    assert again["hamlets"] == first["hamlets"]
    assert (living(), Household.objects.count(), [kept_figures(pk) for pk in hamlets.values()]) == before
    assert Observation.objects.count() == 2 * said  # each month's word is kept; the tallies count persons
    figures_hold()


def test_a_changed_file_adds_just_who_is_new() -> None:
    lan, hung = row("Lê Thị Lan", born="1958"), row("Lê Văn Hùng", born="1985", relation="Con")
    into_upper(lan, hung)
    baby = row("Lê Bé Na", born="2024", relation="Cháu")
    stranger = row("Bùi Thị Én", house=2, born="1990")
    told = into_upper(lan, hung, baby, stranger)
    assert (told["counts"]["matched"], told["counts"]["new"]) == (2, 2)
    home = Person.objects.get(full_name="Lê Thị Lan").household_id
    assert Person.objects.get(full_name="Lê Bé Na").household_id == home
    assert Person.objects.get(full_name="Bùi Thị Én").household_id != home
    assert Household.objects.filter(source__isnull=False).count() == 2
    figures_hold()


def test_whom_a_volunteer_wrote_down_the_roster_finds() -> None:
    told = into_upper(row("NGUYỄN THỊ LAN", born="1958", vneid="x"), row("Đặng Văn Hùng", born="12/03/1985"))
    assert (told["counts"]["matched"], heads(UPPER)) == (2, 3)
    standings = calling("an").get(f"people/persons/{an_id('lan')}").json["standings"]
    assert [(s["item"], s["state"]) for s in standings] == [("identity", "level2_granted")]


@pytest.mark.parametrize(
    ("name", "born", "is_known"),
    [
        (unicodedata.normalize("NFD", "Nguyễn  Thị Lan"), "1958", True),
        ("nguyen thi lan", "1958", True),
        ("Nguyễn Thị Lan", "03/02/1958", True),  # she had told the year only
        ("Nguyễn Thị Lân", "1958", False),
        ("Nguyễn Thị Lan", "1959", False),
        ("Nguyễn Thị Lan", "", False),
        ("Nguyễn Lan", "1958", False),
        ("Đặng Văn Hùng", "1985", True),
        ("Đặng Văn Hùng", "13/03/1985", False),
        ("dang van hung", "12/03/1985", True),
    ],
)
def test_who_is_the_same_and_who_is_not(name: str, born: str, is_known: bool) -> None:
    told = into_upper(row(name, born=born))
    assert told["counts"]["matched"] == int(is_known)
    assert heads(UPPER) == 3 + (not is_known)


def test_sisters_whose_names_differ_by_a_mark_keep_each_her_own() -> None:
    sisters = [
        row("Lê Thị Lan", cks="x"),
        row("Lê Thị Lân", relation="Con"),
        row("Lê Thị Làn", relation="Con"),
    ]
    into_upper(*sisters)
    for order in (sisters, sisters[::-1]):
        assert into_upper(*order)["counts"]["matched"] == 3
    told = {
        person.full_name: calling("an").get(f"people/persons/{person.pk}").json["standings"]
        for person in Person.objects.filter(full_name__startswith="Lê Thị L", source__isnull=False)
    }
    assert {name: len(standings) for name, standings in told.items()} == {
        "Lê Thị Lan": 1,
        "Lê Thị Lân": 0,
        "Lê Thị Làn": 0,
    }


@pytest.mark.parametrize(
    "other",
    [{"name": "le thi lan"}, {"name": "Lê Thị Lan", "born": "05/06/1970"}],
    ids=["no marks", "a date"],
)
def test_who_is_written_exactly_so_comes_before_who_is_written_with_less(other: dict[str, str]) -> None:
    rows = [row("Lê Thị Lan", house=1, cks="x"), row(**other, house=2)]
    into_upper(*rows)
    for order in (rows, rows[::-1]):
        assert into_upper(*order)["counts"]["matched"] == 2
    signed = [
        len(calling("an").get(f"people/persons/{person.pk}").json["standings"])
        for person in Person.objects.filter(source__isnull=False)
    ]
    assert sorted(signed) == [0, 1]


def test_searched_by_the_folded_name_alone_they_would_be_one() -> None:
    """The control."""
    from base.names import fold

    assert len({fold(name) for name in ("Lê Thị Lan", "Lê Thị Lân", "Lê Thị Làn")}) == 1


def test_namesakes_stay_with_their_own_families() -> None:
    homes = [
        [row("Lê Thị Lan", house=1, born="1958", cks="x"), row("Lê Một", house=1, relation="Con")],
        [row("Lê Thị Lan", house=2, born="1958"), row("Lê Hai", house=2, relation="Con")],
    ]
    into_upper(*homes[0], *homes[1])
    assert into_upper(*homes[1], *homes[0])["counts"]["matched"] == 4
    for child, signatures in (("Lê Một", 1), ("Lê Hai", 0)):
        home = Person.objects.get(full_name=child).household_id
        lan = Person.objects.get(full_name="Lê Thị Lan", household_id=home)
        standings = calling("an").get(f"people/persons/{lan.pk}").json["standings"]
        assert len(standings) == signatures
    figures_hold()


def test_a_third_namesake_is_a_third_person() -> None:
    two = [row("Lê Thị Lan", house=n, born="1958") for n in (1, 2)]
    into_upper(*two)
    told = into_upper(*two, row("Lê Thị Lan", house=3, born="1958"))
    assert (told["counts"]["matched"], told["counts"]["new"]) == (2, 1)
