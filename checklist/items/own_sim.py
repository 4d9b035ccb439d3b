"""Enabler: a SIM in one's own name (thuê bao chính chủ).

VNeID level 1 and Mobile Money ask for it. The circular on re-verifying subscribers (drafted January 2026:
carrier's app or shop) is not verified as issued, so nothing is said here of what to bring.
"""

from checklist.items import Item, State, Way

ENTRY = Item(
    code="own_sim",
    order=12,
    number=5,
    pillar=False,
    title_vi="SIM chính chủ",
    title_en="SIM in one's own name",
    states=(
        State("none", "Không có SIM", "No SIM", blocker="no_own_sim"),
        State("relatives", "Dùng SIM của người thân", "Uses a relative's SIM", blocker="no_own_sim"),
        State("own", "SIM đứng tên mình", "Own name"),
    ),
    ready_from="own",
    due_age=14,
    ways=(
        Way(
            code="register",
            starts=("none", "relatives"),
            ends="own",
            where="carrier_shop",
            volunteer_can_help=False,
            guide="register-own-sim",
            title_vi="Đăng ký SIM đứng tên mình tại điểm giao dịch của nhà mạng",
            title_en="Register a SIM in one's own name at a shop of the carrier",
        ),
    ),
)
