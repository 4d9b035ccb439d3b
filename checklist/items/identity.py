"""Pillar 1, the VNeID identity.

Identification Law 26/2023/QH15 and Decree 69/2024/NĐ-CP, article 7 (in force 2024-07-01): Vietnamese from
14 with a valid card may have level 1 and 2. Level 1 asks for a SIM in one's own name; it may be skipped.
Level 2 is given in person at any commune police, then *activated* on the phone. Granted is not active:
of 1.5 million granted in Ho Chi Minh City by March 2023, 20.3 % were activated. Never merge the two.
"""

from checklist.items import Item, Need, State, Way

ENTRY = Item(
    code="identity",
    order=1,
    number=0,
    pillar=True,
    title_vi="Tài khoản định danh điện tử VNeID",
    title_en="VNeID electronic identity",
    states=(
        State("none", "Chưa có", "None"),
        State("level1", "Mức độ 1", "Level 1"),
        State("level2_granted", "Mức độ 2, đã cấp, chưa kích hoạt", "Level 2, granted, not activated"),
        State("level2_active", "Mức độ 2, đã kích hoạt", "Level 2, active"),
    ),
    ready_from="level2_active",
    due_age=14,
    requires=(
        Need("chip_card", "valid", to="level2_granted"),
        Need("own_sim", "own", to="level2_granted"),
        Need("smartphone", "shared_in_household", to="level2_active"),
    ),
    ways=(
        Way(
            code="register_level2",
            starts=("none", "level1"),
            ends="level2_granted",
            where="commune_police",
            bring=("chip_card", "phone_number"),
            volunteer_can_help=False,
            guide="register-vneid-level-2",
            title_vi="Đăng ký định danh mức độ 2 tại Công an xã",
            title_en="Register for level 2 at the commune police",
        ),
        Way(
            code="activate",
            starts=("level2_granted",),
            ends="level2_active",
            where="home",
            bring=("smartphone",),
            volunteer_can_help=True,
            guide="activate-vneid",
            title_vi="Kích hoạt tài khoản mức độ 2 trên điện thoại (khoảng 5 phút)",
            title_en="Activate the level 2 account on the phone (about 5 minutes)",
        ),
    ),
)
