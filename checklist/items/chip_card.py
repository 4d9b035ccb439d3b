"""Enabler: a chip identity card (thẻ căn cước or căn cước công dân) that is valid.

Identification Law 26/2023/QH15. The nine-digit card cannot be used since 2025-01-01: it is recorded as
"none". The level 2 identity can be registered when the card is applied for.
"""

from checklist.items import Item, State, Way

ENTRY = Item(
    code="chip_card",
    order=13,
    number=6,
    pillar=False,
    title_vi="Thẻ căn cước gắn chip",
    title_en="Chip identity card",
    states=(
        State("none", "Chưa có", "None", blocker="no_card"),
        State("expired", "Đã hết hạn", "Expired", blocker="card_expired"),
        State("valid", "Còn hạn", "Valid"),
    ),
    ready_from="valid",
    due_age=14,
    ways=(
        Way(
            code="apply",
            starts=("none",),
            ends="valid",
            where="commune_police",
            volunteer_can_help=False,
            guide="get-chip-card",
            title_vi="Làm thẻ căn cước tại Công an xã",
            title_en="Apply for the identity card at the commune police",
        ),
        Way(
            code="renew",
            starts=("expired",),
            ends="valid",
            where="commune_police",
            volunteer_can_help=False,
            guide="get-chip-card",
            title_vi="Đổi thẻ căn cước đã hết hạn tại Công an xã",
            title_en="Renew the expired identity card at the commune police",
        ),
    ),
)
