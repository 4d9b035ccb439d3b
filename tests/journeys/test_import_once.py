"""A roster is applied once, however often and by however many at once it is asked for."""

from __future__ import annotations

import pytest

from areas.models import Area
from people.models import Import, Person
from tests.people.doing import figures_hold
from tests.people.rosters import applied, applying, csv, row, staged, undoing
from tests.together import together
from tests.village import COMMUNE

ROSTER = csv(
    *(row(f"Nguyễn Thị {name}", house=n, vneid="x") for n, name in enumerate(("An", "Bình", "Chi", "Dung"))),
    row("Lê Mới", hamlet="Thôn Mới", house=9),
)
# Nobody has more than two dear requests under way.
TWO_AND_TWO = ("dung", "giang", "dung", "giang")


def persons() -> int:
    return Person.objects.filter(removed_at=None, source__isnull=False).count()


@pytest.mark.django_db
def test_a_second_time_is_refused() -> None:
    done = applied(ROSTER)
    again = applying(done["id"])
    assert (again.status, again.json["code"]) == (409, "import.already_applied")
    assert persons() == 5


@pytest.mark.django_db
def test_after_it_was_undone_too() -> None:
    done = applied(ROSTER)
    assert undoing(done["id"]).status == 200
    assert applying(done["id"]).json["code"] == "import.already_applied"
    again = undoing(done["id"])
    assert (again.status, again.json["code"]) == (409, "import.not_applied")
    assert persons() == 0


@pytest.mark.django_db
def test_what_was_never_applied_cannot_be_undone() -> None:
    assert undoing(staged(ROSTER)["id"]).json["code"] == "import.not_applied"


@pytest.mark.usefixtures("committed")
def test_of_four_who_press_at_once_one_applies_it() -> None:
    number = staged(ROSTER)["id"]
    told = together(*(lambda who=who: applying(number, who).status for who in TWO_AND_TWO))
    assert sorted(told) == [200, 409, 409, 409]
    assert persons() == 5
    figures_hold()


@pytest.mark.usefixtures("committed")
def test_the_same_roster_staged_twice_and_applied_at_once_doubles_nobody() -> None:
    numbers = [staged(ROSTER)["id"] for _ in range(2)]
    told = together(*(lambda number=number: applying(number).status for number in numbers))
    assert told == [200, 200]
    assert persons() == 5
    assert Area.objects.filter(parent__code=COMMUNE, name="Thôn Mới").count() == 1
    figures_hold()


@pytest.mark.usefixtures("committed")
def test_nor_into_hamlets_that_are_there_already() -> None:
    """Nobody has to wait for a hamlet to be made: it is the hamlets' own lock that is proved."""
    crowd = csv(*(row(f"Nguyễn Thị Lan {n}", house=n) for n in range(300)))
    numbers = [staged(crowd)["id"] for _ in range(3)]
    told = together(*(lambda of=of: applying(*of).status for of in zip(numbers, TWO_AND_TWO, strict=False)))
    assert told == [200, 200, 200]
    assert persons() == 300
    figures_hold()


@pytest.mark.usefixtures("committed")
def test_both_had_counted_everybody_as_new() -> None:
    """The control: what was staged knew of nobody, so it is the lock that keeps them apart."""
    numbers = [staged(ROSTER)["id"] for _ in range(2)]
    assert [Import.objects.get(pk=number).counts["new"] for number in numbers] == [5, 5]


@pytest.mark.usefixtures("committed")
def test_undone_at_once_by_two_it_is_undone_once() -> None:
    number = applied(ROSTER)["id"]
    told = together(*(lambda: undoing(number).status for _ in range(2)))
    assert sorted(told) == [200, 409]
    assert persons() == 0
    figures_hold()
