"""The questions of the self-check: at most nine, each answered by one tap.

No name, no number, no free text: an answer is one of the options. `letter` and `digit` are what is written in
the code that a citizen hands to a volunteer (checklist.rules.handing); once released they keep their meaning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Option:
    """One answer. `says` is the (item, kind, state) it declares, None when the person does not know.

    `age` is an age of the band it names, of the one question that asks for it.
    """

    digit: str
    code: str
    title_vi: str
    title_en: str
    says: tuple[str, str, str] | None = None
    age: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """`always`: asked of everybody of whom anything is expected, though no next step hangs on it."""

    letter: str
    code: str
    title_vi: str
    title_en: str
    hint_vi: str
    hint_en: str
    options: tuple[Option, ...]
    always: bool = False

    def option(self, code: str | None) -> Option | None:
        """The option of that code; None when it has none."""
        return next((option for option in self.options if option.code == code), None)


def _unsure() -> Option:
    return Option("0", "unknown", "Tôi không rõ", "I am not sure")


QUESTIONS: tuple[Question, ...] = (
    Question(
        letter="A",
        code="age",
        title_vi="Bạn bao nhiêu tuổi?",
        title_en="How old are you?",
        hint_vi="Không cần ngày sinh, không cần tên.",
        hint_en="No birthday and no name are needed.",
        options=(
            Option("4", "from_18", "Từ 18 tuổi trở lên", "18 or older", age=18),
            Option("3", "from_15", "Từ 15 đến 17 tuổi", "15 to 17", age=15),
            Option("2", "is_14", "14 tuổi", "14", age=14),
            Option("1", "below_14", "Dưới 14 tuổi", "Under 14", age=13),
        ),
    ),
    Question(
        letter="I",
        code="identity",
        title_vi="Bạn đã có tài khoản VNeID chưa?",
        title_en="Do you have a VNeID account?",
        hint_vi="Tài khoản định danh điện tử. Được cấp và kích hoạt trên điện thoại là hai việc khác nhau.",
        hint_en="The electronic identity. Being granted it and activating it on the phone are two things.",
        options=(
            Option(
                "4",
                "level2_active",
                "Mức độ 2, đang dùng được trên điện thoại",
                "Level 2, in use on the phone",
                ("identity", "", "level2_active"),
            ),
            Option(
                "3",
                "level2_granted",
                "Được cấp mức độ 2, chưa kích hoạt",
                "Level 2 granted, not activated yet",
                ("identity", "", "level2_granted"),
            ),
            Option("2", "level1", "Mới có mức độ 1", "Level 1 only", ("identity", "", "level1")),
            Option("1", "none", "Chưa có", "No", ("identity", "", "none")),
            _unsure(),
        ),
    ),
    Question(
        letter="P",
        code="payment",
        title_vi="Bạn có tài khoản để nhận và trả tiền trên mạng không?",
        title_en="Do you have an account to receive and pay money on line?",
        hint_vi="Chỉ cần một loại là đủ. Nếu có nhiều, chọn loại hay dùng.",
        hint_en="One kind is enough. If you have several, choose the one you use.",
        options=(
            Option(
                "5",
                "bank_account",
                "Có tài khoản ngân hàng",
                "Yes, a bank account",
                ("payment", "bank_account", "has"),
            ),
            Option(
                "4",
                "mobile_money",
                "Có Mobile Money",
                "Yes, Mobile Money",
                ("payment", "mobile_money", "has"),
            ),
            Option("3", "e_wallet", "Có ví điện tử", "Yes, an e-wallet", ("payment", "e_wallet", "has")),
            Option(
                "2",
                "in_progress",
                "Đang làm thủ tục",
                "I have begun to open one",
                ("payment", "unspecified", "in_progress"),
            ),
            Option("1", "none", "Chưa có", "No", ("payment", "unspecified", "none")),
            _unsure(),
        ),
    ),
    Question(
        letter="S",
        code="signature",
        title_vi="Bạn có chữ ký số cá nhân không?",
        title_en="Do you have a personal digital signature?",
        hint_vi="Dùng để ký giấy tờ trên mạng. Chữ ký số có ngày hết hạn.",
        hint_en="It signs papers on line. A signature has a last day.",
        options=(
            Option("5", "vneid", "Có, đăng ký trên VNeID", "Yes, in VNeID", ("signature", "vneid", "has")),
            Option(
                "4",
                "provider",
                "Có, của nhà cung cấp chữ ký số",
                "Yes, of a signature provider",
                ("signature", "ca", "has"),
            ),
            Option(
                "3",
                "some",
                "Có, không rõ loại nào",
                "Yes, I do not know which",
                ("signature", "unspecified", "has"),
            ),
            Option(
                "2",
                "in_progress",
                "Đang làm thủ tục",
                "I have begun to register",
                ("signature", "unspecified", "in_progress"),
            ),
            Option(
                "1",
                "none",
                "Chưa có, hoặc đã hết hạn",
                "No, or it has expired",
                ("signature", "unspecified", "none"),
            ),
            _unsure(),
        ),
    ),
    Question(
        letter="D",
        code="service_account",
        title_vi="Bạn đã đăng nhập Cổng Dịch vụ công quốc gia lần nào chưa?",
        title_en="Have you ever logged in to the National Public Service Portal?",
        hint_vi="Cổng này ở địa chỉ dichvucong.gov.vn, đăng nhập bằng VNeID.",
        hint_en="The portal is at dichvucong.gov.vn; one logs in with VNeID.",
        options=(
            Option(
                "3",
                "submitted",
                "Rồi, và đã nộp hồ sơ trên đó",
                "Yes, and I have sent an application there",
                ("service_account", "", "submitted"),
            ),
            Option(
                "2",
                "logged_in",
                "Rồi, đăng nhập được",
                "Yes, it worked",
                ("service_account", "", "logged_in"),
            ),
            Option("1", "none", "Chưa lần nào", "Never", ("service_account", "", "none")),
            _unsure(),
        ),
    ),
    Question(
        letter="C",
        code="chip_card",
        title_vi="Thẻ căn cước gắn chip của bạn còn hạn không?",
        title_en="Is your chip identity card still valid?",
        hint_vi="Thẻ có một con chip nhỏ. Ngày hết hạn in trên thẻ.",
        hint_en="The card has a small chip. Its last day is printed on it.",
        options=(
            Option("3", "valid", "Còn hạn", "Yes", ("chip_card", "", "valid")),
            Option("2", "expired", "Đã hết hạn", "It has expired", ("chip_card", "", "expired")),
            Option("1", "none", "Chưa có thẻ gắn chip", "I have no chip card", ("chip_card", "", "none")),
            _unsure(),
        ),
    ),
    Question(
        letter="M",
        code="own_sim",
        title_vi="Số điện thoại bạn dùng đứng tên ai?",
        title_en="In whose name is your phone number?",
        hint_vi="Không cần cho biết số.",
        hint_en="Do not tell the number.",
        options=(
            Option("3", "own", "Đứng tên tôi", "Mine", ("own_sim", "", "own")),
            Option("2", "relatives", "Đứng tên người khác", "Somebody else's", ("own_sim", "", "relatives")),
            Option("1", "none", "Tôi không có SIM", "I have no SIM", ("own_sim", "", "none")),
            _unsure(),
        ),
    ),
    Question(
        letter="H",
        code="smartphone",
        title_vi="Bạn có điện thoại thông minh để dùng không?",
        title_en="Do you have a smartphone to use?",
        hint_vi="Điện thoại thông minh là máy cài được ứng dụng. Dùng chung trong nhà cũng được.",
        hint_en="A phone on which apps can be installed. One shared in the family will do.",
        options=(
            Option("3", "own", "Có máy riêng", "Yes, my own", ("smartphone", "", "own")),
            Option(
                "2",
                "shared",
                "Dùng chung với người nhà",
                "Shared with my family",
                ("smartphone", "", "shared_in_household"),
            ),
            Option("1", "none", "Không có", "No", ("smartphone", "", "none")),
        ),
    ),
    Question(
        letter="L",
        code="safety",
        title_vi="Đã có ai chỉ cho bạn cách nhận ra kẻ lừa đảo chưa?",
        title_en="Has anybody shown you how to recognise scammers?",
        hint_vi="Qua điện thoại, tin nhắn hoặc mạng xã hội.",
        hint_en="By phone, by message or in social networks.",
        options=(
            Option("3", "confirmed", "Rồi, tôi nắm rõ", "Yes, and I know how", ("safety", "", "confirmed")),
            Option("2", "briefed", "Rồi, có nghe qua", "Yes, I have heard of it", ("safety", "", "briefed")),
            Option("1", "none", "Chưa", "No", ("safety", "", "none")),
        ),
        always=True,
    ),
)
BY_CODE: Mapping[str, Question] = MappingProxyType({question.code: question for question in QUESTIONS})
