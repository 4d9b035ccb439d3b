"""Why a whole file is refused; what is wrong in one row is a Problem instead."""

from __future__ import annotations

from base.errors import Refusal


class NotATable(Refusal):
    """The bytes are no spreadsheet that can be read."""

    code = "import.not_a_table"
    vi = "Tệp này không phải bảng tính đọc được. Hãy lưu thành .xlsx hoặc .csv (UTF-8) rồi gửi lại."
    en = "This file is not a spreadsheet we can read. Save it as .xlsx or .csv (UTF-8) and send it again."


class Encrypted(Refusal):
    """A password protects the file."""

    code = "import.encrypted"
    vi = "Tệp được đặt mật khẩu. Hãy bỏ mật khẩu mở tệp rồi gửi lại."
    en = "The file is protected by a password. Remove the password and send it again."


class TooLarge(Refusal):
    """More bytes, packed or unpacked, than a roster has."""

    code = "import.too_large"
    vi = "Tệp quá lớn (tối đa 5 MB, giải nén tối đa 50 MB). Hãy chia nhỏ theo thôn, tổ dân phố."
    en = "The file is too large (at most 5 MB, unpacked at most 50 MB). Split it by hamlet."
    status = 413


class TooManyRows(Refusal):
    """More rows than one import takes."""

    code = "import.too_many_rows"
    vi = "Tệp có hơn 20.000 dòng. Hãy xóa các dòng trống ở cuối hoặc chia nhỏ theo thôn, tổ dân phố."
    en = "The file has more than 20,000 rows. Delete the empty rows at the end or split it by hamlet."


class Unsafe(Refusal):
    """The file carries something that a roster never carries."""

    code = "import.unsafe"
    vi = "Tệp chứa nội dung không an toàn (macro, liên kết ngoài, tệp lồng nhau). Hãy lưu thành .xlsx thường."
    en = "The file holds unsafe content (macros, external links, nested files). Save it as a plain .xlsx."


class WrongEncoding(Refusal):
    """A text file whose letters cannot be told."""

    code = "import.encoding"
    vi = "Không đọc được bảng mã của tệp CSV. Hãy lưu lại dạng «CSV UTF-8»."
    en = "The encoding of the CSV file cannot be read. Save it again as “CSV UTF-8”."


class NoRoster(Refusal):
    """No row of the file reads like the header of a roster."""

    code = "import.no_roster"
    vi = "Không tìm thấy dòng tiêu đề của danh sách hộ (cần ít nhất cột họ tên và một cột khác)."
    en = "No header row of a household roster was found (at least a name column and one other are needed)."


class Empty(Refusal):
    """Nothing to read."""

    code = "import.empty"
    vi = "Tệp không có dòng dữ liệu nào."
    en = "The file has no row of data."
