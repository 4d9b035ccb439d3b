"""Cô Hoa, area admin of Xã Ba Tơ, adds, corrects and closes its hamlets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from areas.actions import (
    ClosedTooEarly,
    HamletExists,
    HamletsLeft,
    HeirNeeded,
    add_hamlets,
    close_area,
    rename_hamlet,
    take_revisions,
)
from areas.models import Area, Feed, Succession
from areas.queries import (
    find_area,
    find_hamlets_by_name,
    hamlets_by_code,
    hamlets_under,
    heirs_of,
    list_areas,
    list_hamlet_ids,
    path_ids,
    path_of,
)
from areas.rules import BadKind, BadName, UnknownArea
from base.errors import RightMissing
from base.models import SYSTEM
from tests.areas.cast import AT, Admin

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 2)


def add(commune: Area | str, *names: str, by: Any = SYSTEM) -> list[Area]:
    return add_hamlets(by=by, commune=commune, hamlets=[(name, "village") for name in names], at=AT)


def test_hamlets_get_the_commune_s_code_and_the_next_serial(commune: Area) -> None:
    by = Admin(commune)
    assert [hamlet.code for hamlet in add(commune, "Thôn 1", "Thôn 2", by=by)] == ["21484-01", "21484-02"]
    [third] = add("21484", "Thôn 3", by=by)
    assert (third.code, third.open_from, third.closed_on, third.scheme) == ("21484-03", DAY, None, "2025")
    assert Feed.objects.get(hamlet=third).revision == 0


def test_a_serial_is_never_given_twice_even_after_a_closure(commune: Area) -> None:
    one, two = add(commune, "Thôn 1", "Thôn 2")
    close_area(by=SYSTEM, code=two.code, heirs=[one.code], on=DAY)
    assert add(commune, "Thôn 2")[0].code == "21484-03"
    Area.objects.filter(code="21484-03").update(code="21484-99")
    assert [hamlet.code for hamlet in add(commune, "Thôn 4", "Thôn 5")] == ["21484-100", "21484-101"]


def test_a_hamlet_opens_on_the_day_in_viet_nam(commune: Area) -> None:
    late = datetime(2026, 11, 2, 17, 30, tzinfo=UTC)
    [hamlet] = add_hamlets(by=SYSTEM, commune=commune, hamlets=[("Thôn 1", "village")], at=late)
    assert hamlet.open_from == date(2026, 11, 3)


def test_ba_to_and_ba_to_are_two_hamlets_and_one_name_is_one(commune: Area) -> None:
    add(commune, "Thôn Ba Tơ", "Thôn Ba Tô", "Thôn Ba To")
    with pytest.raises(HamletExists) as refused:
        add(commune, "Thôn ba  tô")
    assert (refused.value.code, refused.value.status, refused.value.path) == ("hamlet.exists", 409, "name")


@pytest.mark.parametrize(
    ("there", "wanted"),
    [("TDP 3", "Tổ dân phố số 3"), ("Thôn Hòa", "Thôn Hoà"), ("Thôn Mạ", "Thôn Ma\u0323")],
)
def test_another_spelling_of_an_open_hamlet_is_refused(commune: Area, there: str, wanted: str) -> None:
    add(commune, there)
    with pytest.raises(HamletExists):
        add(commune, wanted)


def test_one_bad_name_of_a_list_refuses_the_list_and_is_named(commune: Area) -> None:
    with pytest.raises(HamletExists) as twice:
        add(commune, "Thôn 1", "Thôn 2", "thôn 01")
    assert twice.value.path == "hamlets[2].name"
    with pytest.raises(BadName) as hidden:
        add(commune, "Thôn 1", "Thôn \u202e2")
    assert hidden.value.path == "hamlets[1].name"
    with pytest.raises(BadKind):
        add_hamlets(by=SYSTEM, commune=commune, hamlets=[("Thôn 1", "district")], at=AT)
    assert not Area.objects.filter(parent=commune).exists()


def test_outside_one_s_area_a_commune_is_unknown_like_one_that_never_was(
    commune: Area, neighbour: Area
) -> None:
    refusals = []
    for place in ("21523", neighbour, "99999", "51", "x"):
        with pytest.raises(UnknownArea) as refused:
            add(place, "Thôn 1", by=Admin(commune))
        refusals.append(
            (refused.value.code, refused.value.status, refused.value.path, refused.value.message())
        )
    assert len(set(refusals)) == 1
    assert refusals[0][:3] == ("area.unknown", 404, "")


def test_the_province_s_admin_may_add_in_any_of_its_communes(commune: Area, neighbour: Area) -> None:
    assert commune.parent is not None
    assert add("21523", "Thôn 1", by=Admin(commune.parent))


def test_who_lacks_the_right_is_told_so(commune: Area) -> None:
    nobody = Admin(commune, verbs=())
    with pytest.raises(RightMissing):
        add(commune, "Thôn 1", by=nobody)
    with pytest.raises(RightMissing):
        rename_hamlet(by=nobody, code="21484-01", name="Thôn 1", kind="village")
    with pytest.raises(RightMissing):
        close_area(by=nobody, code="21484-01", heirs=[], on=DAY)
    with pytest.raises(RightMissing):
        take_revisions(by=nobody, counts={1: 1})


def test_a_closed_commune_takes_no_new_hamlet(commune: Area, neighbour: Area) -> None:
    close_area(by=SYSTEM, code="21484", heirs=["21523"], on=DAY)
    for place in (commune, "21484"):
        with pytest.raises(UnknownArea):
            add(place, "Thôn 1")


def test_a_hundred_hamlets_cost_as_many_queries_as_one(commune: Area, django_assert_num_queries: Any) -> None:
    for names in (["Thôn 0"], [f"Thôn {n}" for n in range(1, 101)]):
        with django_assert_num_queries(8):
            add(commune, *names)


def test_a_name_is_corrected_and_found_by_its_new_keys(commune: Area) -> None:
    one, two = add(commune, "Thôn 1", "Thôn Hai")
    rename_hamlet(by=Admin(commune), code=one.code, name=" Thôn  Một ", kind="neighbourhood")
    after = find_area(one.code)
    assert after is not None
    assert (after.pk, after.name, after.search_key, after.kind) == (
        one.pk,
        "Thôn Một",
        "thon mot",
        "neighbourhood",
    )
    with pytest.raises(HamletExists):
        rename_hamlet(by=SYSTEM, code=two.code, name="Thôn Một", kind="village")
    with pytest.raises(UnknownArea):
        rename_hamlet(by=Admin(), code=two.code, name="Thôn 2", kind="village")
    rename_hamlet(by=SYSTEM, code=two.code, name="Thôn hai", kind="village")


def test_a_closed_hamlet_has_its_heir_and_is_found_on_its_days_only(commune: Area) -> None:
    one, two = add(commune, "Thôn 1", "Thôn 2")
    last = date(2026, 12, 31)
    close_area(by=Admin(commune), code=one.code, heirs=[two.code], on=last)
    assert find_area(one.code) is None
    assert find_area(one.code, as_of=last) == one
    assert find_area(one.code, as_of=date(2027, 1, 1)) is None
    [heir] = heirs_of(one)
    assert (heir.area, heir.extent, heir.is_default) == (two, "whole", True)
    assert Succession.objects.get(from_area=one).effective_on == date(2027, 1, 1)
    with pytest.raises(UnknownArea):
        close_area(by=SYSTEM, code=one.code, heirs=[two.code], on=last)


def test_a_hamlet_may_be_split_and_the_first_heir_is_the_default(commune: Area) -> None:
    one, two, three = add(commune, "Thôn 1", "Thôn 2", "Thôn 3")
    close_area(by=SYSTEM, code=one.code, heirs=[three.code, two.code], on=DAY)
    assert {(heir.area, heir.extent.value, heir.is_default) for heir in heirs_of(one)} == {
        (two, "part", False),
        (three, "part", True),
    }


def test_a_closure_needs_an_heir_of_its_own_level_and_a_sane_day(commune: Area, neighbour: Area) -> None:
    one, two = add(commune, "Thôn 1", "Thôn 2")
    for heirs in ([], [one.code], [two.code, two.code], ["21523"]):
        with pytest.raises(HeirNeeded):
            close_area(by=SYSTEM, code=one.code, heirs=heirs, on=DAY)
    with pytest.raises(ClosedTooEarly) as refused:
        close_area(by=SYSTEM, code=one.code, heirs=[two.code], on=date(2026, 11, 1))
    assert "2026-11-02" in refused.value.message("en")
    with pytest.raises(UnknownArea) as outside:
        close_area(by=Admin(neighbour), code=one.code, heirs=[two.code], on=DAY)
    with pytest.raises(UnknownArea):
        close_area(by=SYSTEM, code="51", heirs=["51"], on=DAY)
    assert outside.value.path == "code"
    assert Area.objects.filter(parent=commune, closed_on=None).count() == 2


def test_an_heir_outside_one_s_area_is_unknown(commune: Area, neighbour: Area) -> None:
    [mine], [theirs] = add(commune, "Thôn 1"), add(neighbour, "Thôn 1")
    with pytest.raises(UnknownArea) as refused:
        close_area(by=Admin(commune), code=mine.code, heirs=[theirs.code], on=DAY)
    assert refused.value.path == "heirs[0]"


def test_when_communes_merge_their_hamlets_move_with_id_code_and_feed(commune: Area, neighbour: Area) -> None:
    one, two = add(commune, "Thôn 1", "Thôn 2")
    [theirs] = add(neighbour, "Thôn 1")
    with transaction.atomic():
        take_revisions(by=SYSTEM, counts={one.pk: 5})
    close_area(by=SYSTEM, code="21484", heirs=["21523"], on=DAY)
    assert set(hamlets_under([neighbour.pk])) == {one.pk, two.pk, theirs.pk}
    assert hamlets_by_code([one.code]) == {"21484-01": (one.pk, neighbour.pk, neighbour.parent_id)}
    assert Feed.objects.get(hamlet=one).revision == 5
    assert [hamlet.code for hamlet in add(neighbour, "Thôn mới")] == ["21523-02"]


def test_a_commune_of_several_heirs_is_emptied_first(commune: Area, neighbour: Area) -> None:
    add(commune, "Thôn 1")
    with pytest.raises(HamletsLeft):
        close_area(by=SYSTEM, code="21484", heirs=["21523", "21529"], on=DAY)


def test_the_paths_of_hamlets(commune: Area, neighbour: Area) -> None:
    one, two = add(commune, "Thôn 1", "Thôn 2")
    [theirs] = add(neighbour, "Thôn 1")
    province = commune.parent_id
    assert path_ids([one.pk, theirs.pk, commune.pk]) == {
        one.pk: (one.pk, commune.pk, province),
        theirs.pk: (theirs.pk, neighbour.pk, province),
    }
    assert path_of(one) == (one.pk, commune.pk, province)
    assert path_of(commune) == (commune.pk, province)
    assert hamlets_by_code(["21484-01", "21484-77", "21484"]) == {"21484-01": (one.pk, commune.pk, province)}
    assert province is not None
    assert set(hamlets_under([province])) == {one.pk, two.pk, theirs.pk}
    assert set(hamlets_under([one.pk, neighbour.pk])) == {one.pk, theirs.pk}
    assert sorted(hamlets_under([one.pk, commune.pk, province])) == sorted([one.pk, two.pk, theirs.pk])
    assert list(hamlets_under([])) == []


def test_a_search_under_a_province_reaches_its_hamlets(commune: Area) -> None:
    add(commune, "Thôn Nước Lui", "Thôn Làng Dút")
    assert [hamlet.name for hamlet in list_areas(parent="51", q="nuoc lui")] == ["Thôn Nước Lui"]
    assert {area.level for area in list_areas(parent="51")} == {"commune"}


def test_a_roster_names_hamlets_as_people_write_them(commune: Area) -> None:
    three, to_, too, dut = add(commune, "Tổ dân phố số 3", "Thôn Ba Tơ", "Thôn Ba Tô", "Làng Dút")
    written = [
        "TDP 03",
        "to dan pho 3",
        "thôn ba tơ",
        "Thôn Ba Tô",
        "Thon Ba To",
        "Lang Dut",
        "Làng Dụt",
        "Thôn 9",
    ]
    assert find_hamlets_by_name(commune.pk, written) == {
        "TDP 03": three,
        "to dan pho 3": three,
        "thôn ba tơ": to_,
        "Thôn Ba Tô": too,
        # "Thon Ba To" may be either of two, and "Làng Dụt" is another name: a human decides.
        "Lang Dut": dut,
    }


def test_the_database_keeps_the_keys_itself(commune: Area) -> None:
    wrong: list[dict[str, Any]] = [
        {"code": "21523"},
        {"parent": None},
        {"level": "village"},
        {"scheme": "2026"},
        {"closed_on": date(2025, 6, 30)},
    ]
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Area.objects.filter(pk=commune.pk).update(**change)


def test_all_hamlets_fall_into_equal_shares(commune: Area) -> None:
    add(commune, *(f"Thôn {n}" for n in range(28)))
    shares = [list_hamlet_ids(share=n, of=28) for n in range(28)]
    assert sorted(hamlet for share in shares for hamlet in share) == list_hamlet_ids()
    assert all(shares)
