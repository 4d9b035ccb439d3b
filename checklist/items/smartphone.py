"""Enabler: a smartphone to use. One shared in the household is enough.

There is no way to VNeID without a smartphone; Ho Chi Minh City's plan 31/KH-UBND (2026) asks for one smart
device per household, not per person.
"""

from checklist.items import Item, State, Way

ENTRY = Item(
    code="smartphone",
    order=11,
    number=4,
    pillar=False,
    title_vi="Điện thoại thông minh",
    title_en="Smartphone",
    states=(
        State("none", "Không có", "None", blocker="no_phone"),
        State("shared_in_household", "Dùng chung trong nhà", "Shared in the household"),
        State("own", "Có máy riêng", "Own"),
    ),
    ready_from="shared_in_household",
    due_age=14,
    ways=(
        Way(
            code="share",
            starts=("none",),
            ends="shared_in_household",
            where="home",
            volunteer_can_help=True,
            guide="share-smartphone",
            title_vi="Thu xếp một điện thoại thông minh dùng chung trong nhà",
            title_en="Arrange for a smartphone shared in the household",
        ),
    ),
)
