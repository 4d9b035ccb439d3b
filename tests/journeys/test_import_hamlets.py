"""A roster names hamlets as its writer speaks; they are recognised, or proposed before they are made."""

from __future__ import annotations

import pytest

from areas.models import Area
from people.models import Person
from tests.people.doing import figures_hold
from tests.people.rosters import applied, applying, csv, row, staged, staging
from tests.village import COMMUNE, FAR, OTHER_COMMUNE, UPPER, calling

pytestmark = pytest.mark.django_db


def hamlets(area: str = COMMUNE) -> dict[str, str]:
    return dict(Area.objects.filter(parent__code=area, level="hamlet").values_list("name", "kind"))


@pytest.mark.parametrize(
    "written", ["Tổ dân phố số 1", "TDP 1", "tdp số 1", "TỔ DÂN PHỐ 01", "to dan pho so 1", "T.D.P 1"]
)
def test_a_hamlet_is_known_by_any_of_its_spellings(written: str) -> None:
    told = applied(csv(row("Bùi Thị Én", hamlet=written)), area=OTHER_COMMUNE, who="hai")
    assert told["hamlets"] == [{"name": written, "code": FAR}]
    assert list(hamlets(OTHER_COMMUNE)) == ["Tổ dân phố số 1"]


def test_an_unknown_hamlet_is_proposed_and_made_when_applied() -> None:
    told = staged(csv(row("Bùi Thị Én", hamlet="Thôn Mới"), row("Lê Lan", hamlet="TDP 9", house=2)))
    assert told["hamlets"] == [{"name": "TDP 9", "code": None}, {"name": "Thôn Mới", "code": None}]
    assert set(hamlets()) == {"Thôn Thượng", "Thôn Hạ"}
    done = applying(told["id"]).json
    assert {entry["code"] for entry in done["hamlets"]} == {"00454-03", "00454-04"}
    assert hamlets()["Thôn Mới"] == "village"
    assert hamlets()["TDP 9"] == "neighbourhood"


def test_two_spellings_of_one_new_hamlet_make_one() -> None:
    rows = [
        row(f"Lê {n}", hamlet=name, house=n) for n, name in enumerate(("TDP 9", "Tổ dân phố số 9", "tdp 09"))
    ]
    done = applied(csv(*rows))
    assert len({entry["code"] for entry in done["hamlets"]}) == 1
    assert len(hamlets()) == 3


def test_into_a_hamlet_everybody_goes_there_whatever_is_written() -> None:
    header = ("Họ và tên", "Năm sinh", "VNeID")
    told = applied(csv(("Bùi Thị Én", "1990", "x"), header=header), area=UPPER)
    assert (told["area"], told["hamlets"]) == (UPPER, [{"name": "", "code": UPPER}])
    named = applied(csv(row("Lê Lan", hamlet="Thôn Khác")), area=UPPER)
    assert named["hamlets"] == [{"name": "Thôn Khác", "code": UPPER}]
    assert Person.objects.filter(source__isnull=False, hamlet__code=UPPER).count() == 2
    assert len(hamlets()) == 2
    figures_hold()


def test_into_a_commune_a_roster_without_hamlets_is_refused() -> None:
    reply = staging(csv(("Bùi Thị Én", "1990", "x"), header=("Họ và tên", "Năm sinh", "VNeID")))
    assert (reply.status, reply.json["code"]) == (422, "import.hamlet_missing")


@pytest.mark.parametrize("name", ["Thôn " + "rất dài " * 20, "???", "Thôn\u202eẨn"])
def test_a_name_no_hamlet_can_have_is_refused_before_anything_is_applied(name: str) -> None:
    reply = staging(csv(row("Bùi Thị Én", hamlet=name)))
    assert 400 <= reply.status < 500 or applying(reply.json["id"]).status == 200
    assert all(len(known) <= 100 and "\u202e" not in known for known in hamlets())


def test_a_hamlet_made_since_the_roster_was_read_is_found() -> None:
    told = staged(csv(row("Bùi Thị Én", hamlet="Thôn Mới")))
    made = calling("dung").post(f"areas/{COMMUNE}/hamlets", {"name": "Thôn Mới", "kind": "village"})
    assert made.status == 201, made.json
    assert applying(told["id"]).json["hamlets"] == [{"name": "Thôn Mới", "code": made.json["code"]}]


def test_new_hamlets_are_numbered_as_an_official_list_names_them() -> None:
    names = ["Tổ dân phố số 10", "TDP 3", "Tổ dân phố số 2"]
    rows = [row("Bùi Thị Én", hamlet=name, house=n) for n, name in enumerate(names)]
    told = applied(csv(*rows), area=OTHER_COMMUNE, who="hai")
    codes = {entry["code"]: entry["name"] for entry in told["hamlets"]}
    assert [codes[code] for code in sorted(codes)] == ["Tổ dân phố số 2", "TDP 3", "Tổ dân phố số 10"]
