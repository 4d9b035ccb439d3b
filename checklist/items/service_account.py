"""Pillar 4, online public services: not "has an account" but "has logged in", then "has submitted a dossier".

Individuals' own accounts of the National Portal ended on 2024-06-30 (Decree 69/2024/NĐ-CP): since 2024-07-01
they log in with VNeID only. Provincial portals closed on 2025-07-01 (623/TTg-KSTT). Expected from 18; own
use is possible from 14.
"""

from dataclasses import replace
from datetime import date

from checklist.items import Item, Need, State, Way

_UNTIL_JUNE_2024 = Item(
    code="service_account",
    order=4,
    number=3,
    pillar=True,
    title_vi="Tài khoản dịch vụ công trực tuyến",
    title_en="Online public-service account",
    states=(
        State("none", "Chưa đăng nhập", "Never logged in"),
        State("logged_in", "Đã đăng nhập được", "Has logged in"),
        State("submitted", "Đã nộp hồ sơ trực tuyến", "Has submitted a dossier on line"),
    ),
    ready_from="logged_in",
    due_age=18,
    ways=(
        Way(
            code="log_in",
            starts=("none",),
            ends="logged_in",
            where="online",
            bring=("smartphone",),
            needs=(Need("smartphone", "shared_in_household"),),
            volunteer_can_help=True,
            guide="log-in-public-services",
            title_vi="Đăng nhập Cổng Dịch vụ công quốc gia lần đầu",
            title_en="Log in to the National Public Service Portal for the first time",
        ),
        Way(
            code="log_in_assisted",
            starts=("none",),
            ends="logged_in",
            where="one_stop_centre",
            volunteer_can_help=False,
            guide="use-one-stop-centre",
            title_vi="Đến bộ phận một cửa của xã để được hỗ trợ đăng nhập và làm dịch vụ công trực tuyến",
            title_en="Use online public services with assistance at the commune one-stop centre",
        ),
    ),
)

ENTRY = replace(
    _UNTIL_JUNE_2024,
    effective_from=date(2024, 7, 1),
    requires=(Need("identity", "level2_active"),),
    earlier=(_UNTIL_JUNE_2024,),
)
