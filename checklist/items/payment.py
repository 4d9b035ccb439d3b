"""Pillar 2, a payment account: a bank account, an e-wallet OR Mobile Money. Any one of them is enough.

Circular 17/2024/TT-NHNN (in force 2024-07-01): from 15 one opens a bank account alone; Circular 25/2025
lets 15 to 17 open it on line; the card (or VNeID level 2) is the paper to show: VNeID is not required.
Decree 368/2025/NĐ-CP: Mobile Money left its pilot; Viettel, VNPT, MobiFone; identity paper and biometrics;
no bank account needed. Rosters that do not say which instrument it is are recorded as "unspecified".
An e-wallet is linked to a bank account, so opening one is never the shortest way and is not offered.
"""

from checklist.items import Item, Kind, Need, State, Way

ENTRY = Item(
    code="payment",
    order=2,
    number=1,
    pillar=True,
    title_vi="Tài khoản thanh toán số",
    title_en="Digital payment account",
    states=(
        State("none", "Chưa có", "None"),
        State("in_progress", "Đang làm thủ tục", "In progress"),
        State("has", "Đã có", "Has one"),
    ),
    ready_from="has",
    due_age=15,
    kinds=(
        Kind("bank_account", "Tài khoản ngân hàng", "Bank account"),
        Kind("e_wallet", "Ví điện tử", "E-wallet"),
        Kind("mobile_money", "Mobile Money", "Mobile Money"),
        Kind("unspecified", "Chưa rõ loại", "Kind not stated"),
    ),
    requires=(
        Need("chip_card", "valid", kind="bank_account"),
        Need("chip_card", "valid", kind="e_wallet"),
        Need("own_sim", "own", kind="mobile_money"),
    ),
    ways=(
        Way(
            code="finish",
            kinds=("bank_account", "e_wallet", "mobile_money", "unspecified"),
            starts=("in_progress",),
            ends="has",
            where="bank_or_agent",
            volunteer_can_help=True,
            guide="choose-payment-account",
            title_vi="Hoàn tất thủ tục mở tài khoản thanh toán đang làm dở",
            title_en="Finish opening the payment account already begun",
        ),
        Way(
            code="open_bank_account",
            kinds=("bank_account",),
            starts=("none",),
            ends="has",
            where="bank_or_agent",
            bring=("chip_card", "phone_number"),
            volunteer_can_help=True,
            guide="open-bank-account",
            title_vi="Mở tài khoản ngân hàng",
            title_en="Open a bank account",
        ),
        Way(
            code="open_mobile_money",
            kinds=("mobile_money",),
            starts=("none",),
            ends="has",
            where="bank_or_agent",
            bring=("identity_paper", "own_sim"),
            volunteer_can_help=True,
            guide="open-mobile-money",
            title_vi="Mở tài khoản Mobile Money (Viettel, VNPT hoặc MobiFone), không cần tài khoản ngân hàng",
            title_en="Open a Mobile Money account (Viettel, VNPT or MobiFone); no bank account needed",
        ),
    ),
)
