"""The wrong file was applied: it is taken back, but nobody's work since then is thrown away."""

from __future__ import annotations

import pytest

from areas.models import Feed
from checklist.queries import kept_figures
from people.models import Household, Person
from tests import make
from tests.people.doing import editing, figures_hold, hamlet_id, heads, person
from tests.people.rosters import applied, applying, csv, into_upper, row, sample, staged, undoing
from tests.village import UPPER, an_id, calling

pytestmark = pytest.mark.django_db
LAN, HUNG, EN = (
    row("Lê Thị Lan", vneid="x", cks="x"),
    row("Lê Văn Hùng", relation="Con", vneid="x"),
    row("Bùi Thị Én", house=2, vneid="x"),
)


def who(name: str) -> Person:
    return Person.objects.get(full_name=name, source__isnull=False)


def feed(code: str = UPPER) -> int:
    return int(Feed.objects.get(hamlet_id=hamlet_id(code)).revision)


def test_an_untouched_roster_goes_without_a_trace_in_the_figures() -> None:
    before = kept_figures(hamlet_id(UPPER))
    number = into_upper(LAN, HUNG, EN)["id"]
    assert kept_figures(hamlet_id(UPPER)) != before
    revision = feed()
    undone = undoing(number)
    assert (undone.status, undone.json["state"]) == (200, "undone")
    assert (undone.json["removed"], undone.json["kept"]) == (3, 0)
    assert kept_figures(hamlet_id(UPPER)) == before
    assert feed() >= revision + 3 + 2  # each person and each household that leaves is news to the phones
    assert calling("an").get("people/households").json["results"][0]["head"] == "Nguyễn Thị Lan"
    figures_hold()


def test_a_whole_commune_goes_and_its_hamlets_stay() -> None:
    told = applied(sample("xa-dong"))
    undone = undoing(told["id"]).json
    assert (undone["removed"], undone["kept"]) == (365, 0)
    assert len(calling("dung").get("people/households").json["results"]) == 2
    for entry in told["hamlets"]:
        assert heads(entry["code"]) == 0
    figures_hold()


def test_who_left_the_books_is_out_of_sight() -> None:
    number = into_upper(LAN)["id"]
    lan = who("Lê Thị Lan")
    undoing(number)
    for path in (f"people/persons/{lan.pk}", f"people/households/{lan.household_id}"):
        assert calling("an").get(path).status == 404
    told = calling("an").post("checklist/observations", make.document(lan.pk, "identity", "level2_active"))
    assert told.status == 404


def test_who_was_observed_or_edited_since_stays() -> None:
    number = into_upper(LAN, HUNG, EN)["id"]
    an = calling("an")
    an.post("checklist/observations", make.document(who("Lê Thị Lan").pk, "service_account", "logged_in"))
    assert editing(an, who("Bùi Thị Én").pk, "sex", "female", "unknown").status == 200
    undone = undoing(number).json
    assert (undone["removed"], undone["kept"]) == (1, 2)
    assert {p.full_name for p in Person.objects.filter(source=number, removed_at=None)} == {
        "Lê Thị Lan",
        "Bùi Thị Én",
    }
    assert heads(UPPER) == 5
    figures_hold()


def test_of_who_stays_only_what_the_roster_said_is_taken_back() -> None:
    number = into_upper(LAN)["id"]
    lan = who("Lê Thị Lan").pk
    calling("an").post("checklist/observations", make.document(lan, "service_account", "logged_in"))
    undoing(number)
    standings = calling("an").get(f"people/persons/{lan}").json["standings"]
    assert [standing["item"] for standing in standings] == ["service_account"]
    figures_hold()


def test_what_it_said_of_somebody_known_before_is_taken_back_and_he_stays() -> None:
    number = into_upper(row("Nguyễn Thị Lan", born="1958", vneid="x"))["id"]
    lan = f"people/persons/{an_id('lan')}"
    assert calling("an").get(lan).json["standings"]
    undone = undoing(number).json
    assert (undone["removed"], undone["kept"]) == (0, 0)
    assert calling("an").get(lan).json["standings"] == []
    figures_hold()


def test_a_household_somebody_joined_since_stays_for_him() -> None:
    number = into_upper(LAN, HUNG)["id"]
    home = who("Lê Thị Lan").household_id
    assert calling("an").post(f"people/households/{home}/persons", person("Lê Bé Na")).status == 201
    assert undoing(number).json["removed"] == 2
    told = calling("an").get(f"people/households/{home}").json
    assert [member["full_name"] for member in told["persons"]] == ["Lê Bé Na"]
    figures_hold()


def test_what_a_later_roster_found_again_stays() -> None:
    first = into_upper(LAN, HUNG)["id"]
    into_upper(LAN, EN)
    undone = undoing(first).json
    assert (undone["removed"], undone["kept"]) == (1, 1)
    assert {p.full_name for p in Person.objects.filter(source__isnull=False, removed_at=None)} == {
        "Lê Thị Lan",
        "Bùi Thị Én",
    }
    figures_hold()


def test_after_it_was_undone_the_right_file_comes_in() -> None:
    number = into_upper(LAN, HUNG)["id"]
    undoing(number)
    told = into_upper(LAN, HUNG, EN)
    assert (told["counts"]["new"], heads(UPPER)) == (3, 6)
    assert Household.objects.filter(source=told["id"], removed_at=None).count() == 2
    figures_hold()


def test_persons_who_joined_a_known_household_go_and_the_household_stays() -> None:
    number = into_upper(
        row("Nguyễn Thị Lan", born="1958"), row("Nguyễn Bé Na", born="2020", relation="Cháu")
    )["id"]
    home = f"people/households/{an_id('nguyen')}"
    assert len(calling("an").get(home).json["persons"]) == 4
    assert undoing(number).json["removed"] == 1
    assert len(calling("an").get(home).json["persons"]) == 3
    figures_hold()


def test_nobody_undoes_what_he_may_not_import() -> None:
    number = staged(csv(LAN))["id"]
    applying(number)
    assert undoing(number, "an").status == 403
    assert undoing(number, "hai").status == 404
    assert heads(UPPER) == 4
    assert calling("dung").get(f"people/imports/{number}").json["state"] == "applied"
