"""The country as it ships: every trap of the data, as the story of somebody who nearly fell into it."""

from __future__ import annotations

from datetime import date

import pytest

from areas.models import Area, Succession
from areas.queries import find_area, heirs_of, list_areas, name_on
from areas.rules import Extent, UnknownArea

pytestmark = pytest.mark.django_db
LAST_OLD_DAY, FIRST_NEW_DAY = date(2025, 6, 30), date(2025, 7, 1)


def found(code: str, as_of: date | None = None, **key: str) -> str:
    area = find_area(code, as_of=as_of, **key)
    return area.name if area else ""


def listed(**asked: object) -> list[str]:
    return [area.name for area in list_areas(**asked).order_by("sort_key", "id")]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("code", "before", "now"),
    [
        ("15", "Tỉnh Yên Bái", "Tỉnh Lào Cai"),
        ("24", "Tỉnh Bắc Giang", "Tỉnh Bắc Ninh"),
        ("44", "Tỉnh Quảng Bình", "Tỉnh Quảng Trị"),
        ("52", "Tỉnh Bình Định", "Tỉnh Gia Lai"),
        ("80", "Tỉnh Long An", "Tỉnh Tây Ninh"),
        ("82", "Tỉnh Tiền Giang", "Tỉnh Đồng Tháp"),
        ("91", "Tỉnh Kiên Giang", "Tỉnh An Giang"),
    ],
)
def test_seven_province_codes_changed_their_meaning(code: str, before: str, now: str) -> None:
    assert found(code) == found(code, FIRST_NEW_DAY) == now
    assert found(code, LAST_OLD_DAY) == before
    assert found(code, LAST_OLD_DAY, scheme="2025") == found(code, scheme="2004") == ""


@pytest.mark.parametrize(
    "code", ["1", "001", "0001", "00001", "", " 01", "01 ", "０１", "٠١", "01\n", "1e1", "00004-1"]
)
def test_codes_are_text_so_1_is_not_01(code: str) -> None:
    assert find_area(code) is None


def test_a_code_of_another_level_finds_nothing() -> None:
    assert found("01", level="province") == "Thành phố Hà Nội"
    assert found("01", level="commune") == ""
    # 00001 was Phường Phúc Xá; the reform gave that code to nobody.
    assert found("00001", LAST_OLD_DAY) == "Phường Phúc Xá"


def test_a_district_is_found_only_on_a_day_when_there_were_districts() -> None:
    assert found("001", LAST_OLD_DAY) == "Quận Ba Đình"
    assert found("001") == found("001", FIRST_NEW_DAY) == ""


def test_before_the_list_of_codes_nothing_is_known() -> None:
    assert found("01", date(1999, 12, 31)) == ""


def test_a_disputed_code_finds_the_same_commune() -> None:
    assert found("06970") == found("06978") == "Xã Ba Chẽ"
    assert found("06978", scheme="2025", level="commune") == "Xã Ba Chẽ"
    # The dispute is about the present list: the old township's code was never in doubt.
    assert found("06978", LAST_OLD_DAY) == ""
    assert found("06970", LAST_OLD_DAY) == "Thị trấn Ba Chẽ"


def test_a_commune_that_became_a_ward_keeps_its_old_name_for_old_days() -> None:
    eve, day = date(2026, 4, 29), date(2026, 4, 30)
    trang_bom = find_area("26248")
    assert trang_bom is not None
    assert (trang_bom.name, trang_bom.kind) == ("Phường Trảng Bom", "ward")
    assert name_on(trang_bom, eve) == "Xã Trảng Bom"
    assert name_on(trang_bom, day) == "Phường Trảng Bom"
    on_the_eve = list_areas(parent="75", level="commune", as_of=eve).values_list("shown_name", "shown_kind")
    assert ("Xã Trảng Bom", "commune") in on_the_eve
    on_the_day = list_areas(parent="75", level="commune", as_of=day).values_list("shown_name", "shown_kind")
    assert ("Phường Trảng Bom", "ward") in on_the_day
    assert listed(q="xã trảng bom") == ["Phường Trảng Bom"]


def test_dong_nai_became_a_city() -> None:
    dong_nai = find_area("75")
    assert dong_nai is not None
    assert (dong_nai.name, dong_nai.kind) == ("Thành phố Đồng Nai", "city")
    assert name_on(dong_nai, FIRST_NEW_DAY) == "Tỉnh Đồng Nai"


def test_typing_without_accents_finds_both_and_with_accents_the_one() -> None:
    assert sorted(listed(q="ba to", level="commune")) == ["Xã Ba Tô", "Xã Ba Tơ"]
    assert listed(q="Ba Tơ") == ["Xã Ba Tơ"]
    assert listed(q="BA TÔ") == ["Xã Ba Tô"]
    assert listed(q="xa ba to", parent="51") == ["Xã Ba Tô", "Xã Ba Tơ"]


def test_eight_pairs_of_names_in_one_province_differ_in_their_accents_only() -> None:
    communes = Area.objects.filter(level="commune", closed_on=None).order_by("code")
    keys: dict[tuple[int | None, str], list[str]] = {}
    for commune in communes:
        keys.setdefault((commune.parent_id, commune.search_key), []).append(commune.exact_key)
    pairs = [names for names in keys.values() if len(names) > 1]
    assert len(pairs) == 8
    assert all(len(set(names)) == len(names) for names in keys.values())


def test_the_spelling_of_the_tone_does_not_matter() -> None:
    assert listed(q="Khánh Hoà", level="province") == listed(q="Khánh Hòa", level="province") != []
    assert listed(q="khánh hòa", level="province") == ["Tỉnh Khánh Hòa"]


def test_the_beginning_of_any_word_is_enough() -> None:
    assert listed(q="tho", parent="92", level="commune") == listed(q="THO", parent="92", level="commune")
    assert "Phường Cái Khế" in listed(q="khe", parent="92")
    assert "Phường Cái Khế" not in listed(q="he", parent="92")


def test_what_looks_like_a_pattern_is_text() -> None:
    assert listed(q="%") == listed(q="_") == listed(q="\\") == []


def test_either_apostrophe_finds_the_highland_names() -> None:
    assert listed(q="ea h'leo") == listed(q="Ea H\u2019Leo") == ["Xã Ea H'Leo"]


def test_lists_follow_the_vietnamese_alphabet_and_not_the_kind() -> None:
    names = listed(level="province")
    assert names[:4] == ["Tỉnh An Giang", "Tỉnh Bắc Ninh", "Tỉnh Cà Mau", "Tỉnh Cao Bằng"]
    assert names.index("Thành phố Đà Nẵng") < names.index("Tỉnh Điện Biên") < names.index("Tỉnh Gia Lai")


def test_a_parent_must_exist_on_that_day() -> None:
    assert len(listed(parent="01", as_of=LAST_OLD_DAY)) == 30
    assert {area.level for area in list_areas(parent="01", as_of=LAST_OLD_DAY)} == {"district"}
    with pytest.raises(UnknownArea) as refused:
        list_areas(parent="001")
    assert refused.value.path == "parent"


def test_an_old_district_is_covered_by_its_heirs_and_not_parted_among_them() -> None:
    ba_dinh = find_area("001", as_of=LAST_OLD_DAY)
    assert ba_dinh is not None
    heirs = heirs_of(ba_dinh)
    assert [heir.area.name for heir in heirs] == [
        "Phường Ba Đình",
        "Phường Giảng Võ",
        "Phường Hoàn Kiếm",
        "Phường Hồng Hà",
        "Phường Láng",
        "Phường Ngọc Hà",
        "Phường Ô Chợ Dừa",
        "Phường Văn Miếu - Quốc Tử Giám",
    ]
    # Every one of them took something from a neighbouring district too.
    assert all(heir.unconverted for heir in heirs)


def test_the_heirs_of_neighbouring_districts_overlap_so_sums_do_not_add_up() -> None:
    hanoi = find_area("01", as_of=LAST_OLD_DAY)
    districts = Area.objects.filter(parent=hanoi, level="district")
    covers = [{heir.area.code for heir in heirs_of(district)} for district in districts]
    assert sum(map(len, covers)) > len(set().union(*covers)) == 126


def test_317_communes_straddle_old_districts_and_246_names_occur_in_several_provinces() -> None:
    districts: dict[int, set[int | None]] = {}
    links = Succession.objects.filter(from_area__scheme="2004", to_area__level="commune")
    for heir, level, old, above in links.values_list(
        "to_area_id", "from_area__level", "from_area_id", "from_area__parent_id"
    ):
        districts.setdefault(heir, set()).add(old if level == "district" else above)
    assert sum(len(found) > 1 for found in districts.values()) == 317
    provinces: dict[str, set[int | None]] = {}
    for area in list_areas(level="commune", as_of=FIRST_NEW_DAY):
        provinces.setdefault(area.shown_name, set()).add(area.parent_id)
    assert sum(len(found) > 1 for found in provinces.values()) == 246


def test_an_heir_wholly_inside_has_no_predecessor_elsewhere() -> None:
    # Huyện đảo Cồn Cỏ had no communes: the district itself became the special zone.
    con_co = find_area("471", as_of=LAST_OLD_DAY)
    assert con_co is not None
    [heir] = heirs_of(con_co)
    assert (heir.area.kind, heir.extent, heir.is_default, heir.wholly_inside) == (
        "special_zone",
        Extent.WHOLE,
        True,
        True,
    )


def test_wholly_inside_agrees_with_the_links_for_a_whole_province() -> None:
    quang_ninh = find_area("22", as_of=LAST_OLD_DAY)
    inside = 0
    for district in Area.objects.filter(parent=quang_ninh, level="district"):
        members = {district.pk, *Area.objects.filter(parent=district).values_list("pk", flat=True)}
        for heir in heirs_of(district):
            made_of = set(Succession.objects.filter(to_area=heir.area).values_list("from_area_id", flat=True))
            assert heir.wholly_inside is (made_of <= members)
            inside += heir.wholly_inside
    assert inside > 0


def test_a_split_commune_has_one_largest_heir_and_is_not_converted_alone() -> None:
    dien_bien = find_area("00019", as_of=LAST_OLD_DAY)
    assert dien_bien is not None
    heirs = heirs_of(dien_bien)
    assert [(heir.area.name, heir.extent.value, heir.is_default) for heir in heirs] == [
        ("Phường Ba Đình", "part", True),
        ("Phường Hoàn Kiếm", "part", False),
        ("Phường Ô Chợ Dừa", "part", False),
        ("Phường Văn Miếu - Quốc Tử Giám", "part", False),
    ]


def test_a_province_is_followed_by_a_province() -> None:
    ha_giang = find_area("02", as_of=LAST_OLD_DAY)
    assert ha_giang is not None
    [heir] = heirs_of(ha_giang)
    assert (heir.area.name, heir.extent.value, heir.wholly_inside) == ("Tỉnh Tuyên Quang", "whole", False)
    hanoi = find_area("01", as_of=LAST_OLD_DAY)
    assert hanoi is not None
    assert [heir.wholly_inside for heir in heirs_of(hanoi)] == [True]


def test_heirs_cost_three_queries_however_large_the_district(django_assert_num_queries: object) -> None:
    for code in ("001", "471"):
        district = find_area(code, as_of=LAST_OLD_DAY)
        assert district is not None
        with django_assert_num_queries(3):  # type: ignore[operator]
            heirs_of(district)
