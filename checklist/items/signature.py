"""Pillar 3, a personal digital signature. It expires: the last valid day is recorded, not a yes.

Law on E-Transactions 20/2023/QH15 and Decree 23/2025/NĐ-CP (in force 2025-04-10): certificates are issued by
licensed public providers, on the chip card or VNeID level 2. Since 2025-05-22 it can be registered inside
VNeID as well. The age floor of a certificate is not verified: expected from 18, the age of the speech.
"""

from checklist.items import Item, Kind, Need, State, Way

ENTRY = Item(
    code="signature",
    order=3,
    number=2,
    pillar=True,
    title_vi="Chữ ký số cá nhân",
    title_en="Personal digital signature",
    states=(
        State("none", "Chưa có", "None"),
        State("in_progress", "Đang làm thủ tục", "In progress"),
        State("has", "Đã có", "Has one"),
    ),
    ready_from="has",
    due_age=18,
    expires=True,
    kinds=(
        Kind("vneid", "Đăng ký trên VNeID", "Registered in VNeID"),
        Kind("ca", "Ký số từ xa của nhà cung cấp công cộng", "Remote signing of a public provider"),
        Kind("token", "USB token", "USB token"),
        Kind("unspecified", "Chưa rõ loại", "Kind not stated"),
    ),
    requires=(
        Need("identity", "level2_active", kind="vneid"),
        Need("smartphone", "shared_in_household", kind="vneid"),
        Need("chip_card", "valid", kind="ca"),
    ),
    ways=(
        Way(
            code="finish_in_vneid",
            kinds=("vneid",),
            starts=("in_progress",),
            ends="has",
            where="home",
            bring=("smartphone",),
            volunteer_can_help=True,
            guide="register-signature-vneid",
            title_vi="Hoàn tất đăng ký chữ ký số trên ứng dụng VNeID",
            title_en="Finish registering the signature in the VNeID app",
        ),
        Way(
            code="finish_at_provider",
            kinds=("ca", "token", "unspecified"),
            starts=("in_progress",),
            ends="has",
            where="signature_provider",
            volunteer_can_help=True,
            guide="register-signature-provider",
            title_vi="Hoàn tất đăng ký chữ ký số với nhà cung cấp",
            title_en="Finish registering the signature with the provider",
        ),
        Way(
            code="register_in_vneid",
            kinds=("vneid",),
            starts=("none",),
            ends="has",
            where="home",
            bring=("smartphone",),
            volunteer_can_help=True,
            guide="register-signature-vneid",
            title_vi="Đăng ký chữ ký số trên ứng dụng VNeID (đăng ký lại nếu đã hết hạn)",
            title_en="Register a signature in the VNeID app (again, if the old one has expired)",
        ),
        Way(
            code="register_at_provider",
            kinds=("ca",),
            starts=("none",),
            ends="has",
            where="signature_provider",
            bring=("chip_card",),
            volunteer_can_help=True,
            guide="register-signature-provider",
            title_vi="Đăng ký chữ ký số với nhà cung cấp được cấp phép (đăng ký lại nếu đã hết hạn)",
            title_en="Register a signature with a licensed provider (again, if the old one has expired)",
        ),
    ),
)
