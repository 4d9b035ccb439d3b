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
    "mine": ("Xem dữ liệu của tôi", "See what is held about me"),
    "mine_line": (
        "Tổ đã đưa bạn một mã riêng? Xem mọi điều đang lưu về bạn, ai đã xem, và yêu cầu xóa.",
        "Did the team hand you a code of your own? See what is held, who looked, and ask for erasure.",
    ),
    "mine_code": ("Mã riêng bạn đã nhận tận tay", "The code that was handed to you"),
    "mine_hint": (
        "Mười hai chữ và số, dùng trong mười bốn ngày. Trang này không hỏi gì khác.",
        "Twelve letters and digits, good for fourteen days. This page asks for nothing else.",
    ),
    "mine_open": ("Xem dữ liệu", "Show"),
    "mine_wrong": ("Mã này không đúng hoặc đã hết hạn", "This code is wrong or has ended"),
    "mine_wrong_line": (
        "Hãy nhờ thành viên Tổ hoặc cán bộ xã đưa mã mới, ngay tại nhà bạn hoặc tại xã.",
        "Ask a volunteer or the commune's office for a new one, at your door or there.",
    ),
    "mine_held": ("Những gì đang lưu về bạn", "What is held about you"),
    "full_name": ("Họ và tên", "Full name"),
    "born": ("Ngày, năm sinh", "Born"),
    "phone": ("Số điện thoại", "Phone"),
    "address": ("Địa chỉ", "Address"),
    "nothing_held": ("không ghi", "nothing"),
    "ground": ("Vì sao được lưu", "Why it may be held"),
    "ground_decision": ("Quyết định số", "Decision no."),
    "ground_consent": ("Bạn đã đồng ý ngày", "You agreed on"),
    "restricted": (
        "Dữ liệu của bạn đang được hạn chế: vẫn giữ, nhưng không ai dùng.",
        "Your data are restricted: they are kept, and nobody works with them.",
    ),
    "mine_items": ("Đã ghi về từng việc", "What was noted of each thing"),
    "mine_none": ("Chưa ghi gì.", "Nothing was noted."),
    "visits": ("Số lượt đến nhà đã ghi", "Visits to your door on record"),
    "readers": ("Ai đã xem hoặc ghi", "Who looked or wrote"),
    "readers_line": (
        "Tên người làm việc không nêu ở đây. Cần biết rõ hơn, hãy hỏi cán bộ quản lý của xã.",
        "No names here. To know more, ask the commune's officer.",
    ),
    "account": ("Tài khoản", "Account"),
    "house": ("Hệ thống", "The system"),
    "yourself": ("Bạn", "You"),
    "times": ("lần", "times"),
    "your_requests": ("Yêu cầu của bạn", "Your requests"),
    "answer_on": ("trả lời chậm nhất ngày", "answer by"),
    "act_on": ("thực hiện chậm nhất ngày", "done by"),
    "ask_for": ("Bạn muốn gì?", "What would you like?"),
    "ask_line": (
        "Bấm một nút là gửi đến cán bộ xã. Không mất tiền, không cần lý do, vẫn được giúp như mọi người.",
        "A button sends it to the commune. It is free, needs no reason, and you are still helped like all.",
    ),
    "ask_correct": (
        "Có chỗ sai? Nói với thành viên Tổ hoặc cán bộ xã chỗ nào sai, đúng ra là gì; họ ghi yêu cầu sửa.",
        "Is something wrong? Tell a volunteer or an officer what is right; it is noted as a request.",
    ),
    "kind_access": ("Xin bản cung cấp dữ liệu", "A copy of the data"),
    "kind_correct": ("Sửa dữ liệu", "Correct the data"),
    "kind_withdraw": ("Rút lại đồng ý", "Withdraw my consent"),
    "kind_restrict": ("Giữ nhưng đừng dùng", "Keep it, but do not use it"),
    "kind_object": ("Phản đối việc xử lý", "Object"),
    "kind_erase": ("Xóa dữ liệu của tôi", "Erase my data"),
    "state_filed": ("đã nhận", "received"),
    "state_answered": ("đã trả lời", "answered"),
    "state_done": ("đã làm", "done"),
    "state_refused": ("không làm", "refused"),
    "mine_filed": ("Yêu cầu của bạn đã được gửi", "Your request was sent"),
    "mine_close": (
        "Xem xong, hãy đóng trang này, nhất là trên máy dùng chung.",
        "When you are done, close this page, above all on a shared phone.",
    ),
    "sorry": ("Không mở được trang này", "This page cannot be shown"),
}


@cache
def words(language: str) -> Mapping[str, str]:
    """The words in "vi" or "en"."""
    return {name: pair[language == "en"] for name, pair in WORDS.items()}
