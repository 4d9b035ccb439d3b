"""The words round the content of the pages, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

WORDS: dict[str, tuple[str, str]] = {
    "skip": ("Đến nội dung chính", "Skip to the content"),
    "motto": ("Bốn việc để thành công dân số", "Four things make a digital citizen"),
    "switch": ("English", "Tiếng Việt"),
    "safety_line": (
        "Tổ công nghệ số không bao giờ hỏi mật khẩu, mã xác nhận hay tiền của bạn.",
        "The digital technology team never asks for your password, your codes or money.",
    ),
    "home": ("Trang đầu", "Home"),
    "home_title": ("Bạn muốn làm gì?", "What would you like to do?"),
    "check": ("Tự kiểm tra", "Check yourself"),
    "check_line": (
        "Vài câu hỏi ngắn, mỗi câu một lần bấm. Không hỏi tên, không hỏi số, không lưu gì.",
        "A few short questions, one tap each. No name, no number, nothing is stored.",
    ),
    "guides": ("Hướng dẫn từng bước", "Guides, step by step"),
    "guides_line": (
        "Từng việc một, lời lẽ dễ hiểu: VNeID, tài khoản thanh toán, chữ ký số, dịch vụ công.",
        "One thing at a time, in plain words: VNeID, payment, signature, public services.",
    ),
    "badge": ("Kiểm tra người đến nhà", "Check who is at the door"),
    "badge_line": (
        "Có người xưng là thành viên Tổ? Nhập mã trên điện thoại của họ.",
        "Somebody says he is of the team? Enter the code on his phone.",
    ),
    "question": ("Câu", "Question"),
    "at_most": ("nhiều nhất", "at most"),
    "back": ("Quay lại câu trước", "Back to the last question"),
    "kept_nowhere": (
        "Câu trả lời chỉ nằm trên màn hình này và mất khi bạn đóng trang.",
        "Your answers stand on this screen only and are gone when you close it.",
    ),
    "result": ("Kết quả", "Your result"),
    "all_ready": ("Bạn đã có đủ. Chúc mừng bạn!", "You have everything. Congratulations!"),
    "nothing_due": (
        "Ở tuổi này chưa cần có gì.",
        "Nothing is needed at this age.",
    ),
    "of_four": ("việc đã xong trên tổng số", "done, of"),
    "four": ("Bốn việc của công dân số", "The four things of a digital citizen"),
    "next": ("Việc cần làm tiếp, theo thứ tự", "What to do next, in this order"),
    "next_none": ("Không còn việc nào phải làm.", "There is nothing left to do."),
    "where": ("Ở đâu", "Where"),
    "bring": ("Đem theo", "Bring"),
    "fee": ("Lệ phí", "Fee"),
    "time": ("Thời gian", "Time"),
    "help": ("Thành viên Tổ giúp được bạn việc này.", "A volunteer can help you with this."),
    "first_ask": ("Hỏi lại trước", "Check first"),
    "guide": ("Xem hướng dẫn", "Read the guide"),
    "misfits": ("Có chỗ chưa khớp", "Something does not fit"),
    "hand": ("Đưa cho thành viên Tổ", "Hand it to a volunteer"),
    "hand_line": (
        "Mã này chỉ chứa các câu trả lời ở trên, không có tên hay số nào. Thành viên Tổ quét được cả khi "
        "không có mạng, và chỉ ghi lại khi bạn đồng ý.",
        "This code holds the answers above and no name or number. A volunteer can scan it without a network, "
        "and records it only if you agree.",
    ),
    "print_line": (
        "Muốn giữ lại? In trang này, hoặc chụp màn hình.",
        "Would you like to keep it? Print this page, or take a screenshot.",
    ),
    "answers": ("Xem lại câu trả lời", "Your answers"),
    "change": ("Sửa", "Change"),
    "again": ("Làm lại từ đầu", "Start again"),
    "scams": ("Coi chừng lừa đảo", "Beware of scams"),
    "scams_line": (
        "Trước khi đi làm việc gì, xem qua những chiêu lừa hay gặp.",
        "Before you do any of this, look at the scams that are about.",
    ),
    "recognise": ("Cách nhận ra", "How to tell"),
    "act": ("Việc cần làm", "What to do"),
    "report": ("Báo ở đâu", "Where to report it"),
    "children": ("Hướng dẫn cho cha mẹ, người giám hộ", "For parents and guardians"),
    "day": ("Ngày", "Date"),
    "you_see": ("Bạn sẽ thấy", "You should see"),
    "beware": ("Cẩn thận", "Beware"),
    "steps": ("bước", "steps"),
    "step": ("Bước", "Step"),
    "for_whom": ("Dành cho", "For"),
    "on_platform": ("Loại máy", "Kind of phone"),
    "valid_until": ("Có hiệu lực đến hết ngày", "Valid until"),
    "source": ("Nguồn", "Sources"),
    "poster": ("Tờ in khổ A4 có mã QR", "A4 poster with a QR code"),
    "did_it_work": ("Bước này có làm được không?", "Did this step work?"),
    "yes": ("Làm được", "Yes"),
    "no": ("Không được", "No"),
    "thanks": ("Cảm ơn bạn", "Thank you"),
    "thanks_line": (
        "Chúng tôi chỉ đếm câu trả lời, không ghi ai trả lời.",
        "Only the answer is counted, not who gave it.",
    ),
    "stuck": (
        "Chưa làm được thì dừng ở đây, đừng đưa điện thoại cho người lạ. Hãy hỏi thành viên Tổ công nghệ số "
        "cộng đồng, hoặc bộ phận một cửa của xã.",
        "Stop here and give your phone to no stranger. Ask a volunteer of the digital technology team, or "
        "the commune one-stop centre.",
    ),
    "back_to_step": ("Trở lại hướng dẫn", "Back to the guide"),
    "code": ("Mã trên điện thoại của người đó", "The code on that person's phone"),
    "code_hint": (
        "Mười hai chữ và số, mỗi phút một mã mới.",
        "Twelve letters and digits, a new one each minute.",
    ),
    "look_up": ("Kiểm tra", "Check"),
    "valid": ("Đúng là thành viên Tổ", "This is a volunteer of the team"),
    "valid_line": (
        "Hãy so tên với người đang đứng trước mặt bạn.",
        "Compare the name with the person in front of you.",
    ),
    "first_name": ("Tên", "First name"),
    "team": ("Tổ công nghệ số cộng đồng", "Community digital technology team"),
    "invalid": ("Mã này không có giá trị", "This code is not valid"),
    "invalid_line": (
        "Mã sai hoặc đã quá một phút. Nhờ người đó mở mã mới. Vẫn không được thì đừng cho vào nhà, đừng đưa "
        "điện thoại và giấy tờ.",
        "It is wrong or more than a minute old. Ask for a new one. If that fails too, let nobody in and hand "
        "over neither phone nor papers.",
    ),
    "hotline": (
        "Muốn chắc hơn, gọi Ủy ban nhân dân xã theo số bạn đã biết từ trước, đừng gọi số do người đó đưa.",
        "To be surer, call your commune at a number you have known before, not at one that person gives you.",
    ),
    "hotline_of": ("Số điện thoại của xã/phường", "Phone of your commune or ward"),
    "hotline_line": (
        "Muốn chắc hơn, hãy gọi số của xã/phường ở trên. Đừng gọi số do người đó đưa.",
        "To be surer, call your commune at the number above, not at one that person gives you.",
    ),
    "sorry": ("Không mở được trang này", "This page cannot be shown"),
}


@cache
def words(language: str) -> Mapping[str, str]:
    """The words in "vi" or "en"."""
    return {name: pair[language == "en"] for name, pair in WORDS.items()}
