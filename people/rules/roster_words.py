"""What communes write at the head of a column, and the field that it means.

Headers are compared folded (see base.names.fold), letters and digits only. The first pattern that
fits wins, so the order of FIELDS matters: the careful ones stand before the generous ones.
"""

from __future__ import annotations

import re

from base.names import clean, fold

IGNORED = "ignored"  # recognised so as never to be stored: ID numbers, bank numbers, ethnicity, religion

_HAMLET_TOKENS = frozenset(
    [
        "thon",
        "xom",
        "ban",
        "ap",
        "khom",
        "khoi",
        "pho",
        "to",
        "dan",
        "tdp",
        "khu",
        "cu",
        "buon",
        "lang",
        "bon",
        "soc",
        "phum",
        "plei",
    ]
)
_FILLERS = frozenset(["ten", "va", "hoac", "dia", "cum"])
# With their marks: "Lang" is a family name and "Ban chỉ đạo" is no village.
_SECTION = re.compile(
    r"(?:(?:[ivx]+|[a-z]|\d+)\s*[.):/-]\s*)?((?:thôn|xóm|bản|ấp|khóm|khối|tổ|tdp|khu|buôn|làng|bon|sóc|phum|plei"
    r"|thon|xom|to dan pho|khu pho)\b(?! (?:công nghệ|cns|trưởng|chức|vực|lượng)).*\w.*)"
)

FIELDS: list[tuple[str, re.Pattern[str]]] = [
    (field, re.compile(pattern))
    for field, pattern in [
        ("index", r"^(stt|tt|so tt|so thu tu|no|index)$"),
        (
            IGNORED,
            r"^(so|ma) .*(dinh danh|cccd|cmnd|cmt|can cuoc)|ten (cha|bo|me|vo|chong|nguoi|can bo|goi)\b",
        ),
        (
            "identity",
            r"vn ?eid|\bdddt\b|dinh danh (dien tu|muc)|(tk|tai khoan|muc|muc do) dinh danh|^dinh danh$",
        ),
        ("identity", r"^muc (do )?[12]\b|^kich hoat$|e identity|electronic identi"),
        (
            IGNORED,
            r"\b(cccd|cmnd|cmtnd|cmt|can cuoc|chung minh|dinh danh|ho chieu|passport|dan toc|ton giao)\b",
        ),
        (
            IGNORED,
            r"ethnic|religion|\b(so tai khoan|so tk|stk|chu tai khoan|chi nhanh|ten ngan hang|so the)\b",
        ),
        (
            IGNORED,
            r"account (no|number)|\b(ma so thue|bhyt|bhxh|bao hiem|so ho khau)\b|(national|citizen) id",
        ),
        (IGNORED, r"thong minh|smart ?phone|noi sinh|place of birth|que quan|nguyen quan|ho (can )?ngheo"),
        ("service_account", r"\bdvc(tt|qg)?\b|dich vu cong|public service"),
        ("signature", r"\bcks\b|chu ky so|chu ky dien tu|\bky so\b|signature"),
        (
            "payment",
            r"mobile money|tien di dong|vi dien tu|\bvi dt\b|\bvi$|momo|zalo ?pay|e ?wallet|ngan hang",
        ),
        ("payment", r"\bbank|thanh toan|\b(tktt|tknh|the atm)\b|payment|^tai khoan$"),
        ("relation", r"quan he|\bqh(ch)?\b|relation|voi chu ho|vai tro"),
        ("head", r"^(ho va ten |ho ten |ten )?chu ho( ho va ten| ho ten)?$|head of household|household head"),
        (
            "household",
            r"^(ma so|ma|so|stt|tt|so tt|so thu tu|thu tu) (ho|hgd)\b|^ho (so|gia dinh|gia dinh so|thu)$",
        ),
        ("household", r"^household( (no|number|id|code))?$|^hh (id|no)$"),
        (
            "birth",
            r"ngay .*sinh|nam sinh|\bsinh (nam|ngay)|\bntns\b|^ns$|^n sinh$|birth|\bdob\b|^ngay thang nam$",
        ),
        ("sex", r"gioi tinh|^(gt|gioi|phai|nam nu)$|\bsex\b|gender"),
        (
            "phone",
            r"\bsdt\b|\bso d(ien )?t(hoai)?\b|dien thoai|di dong|\bdtdd\b|^dt$|phone|mobile|^tel$|zalo",
        ),
        ("address", r"dia chi|so nha|^noi (o|thuong tru|cu tru|tam tru)\b|cho o|ho khau|address"),
        ("residence.permanent", r"^thuong tru$"),
        ("residence.temporary", r"^tam tru$"),
        ("residence", r"cu tru|thuong tru|tam tru|residence"),
        ("presence.away", r"lam an xa|^di xa$|vang mat|tam vang"),
        ("presence.moved", r"^(da )?chuyen di$"),
        ("presence.deceased", r"^da (mat|chet)$"),
        ("note", r"ghi chu|^notes?$|remark|chu thich|^tinh trang( hien tai)?$|hien trang|bien dong"),
        ("family_name", r"^ho( va)?( chu| ten)? (dem|lot)$|^ho$|surname|family name|last name"),
        ("full_name", r"^ho (va )?ten|^ho (va )?(chu )?(dem|lot) (va )?ten|full ?name|^name$"),
        ("full_name", r"^ten (nhan khau|thanh vien|cong dan|day du)"),
        ("given_name", r"^ten( goi)?$|given name|first name"),
        ("hamlet", r"hamlet|village|^dia ban$"),
    ]
]
_INSTRUMENTS = {
    "bank_account": re.compile(r"ngan hang|\bbank|\btknh\b|the atm"),
    "e_wallet": re.compile(r"\bvi\b|momo|zalo ?pay|e ?wallet"),
    "mobile_money": re.compile(r"mobile money|tien di dong"),
}


def field_of(top: str, leaf: str) -> str | None:
    """The field that a column means: `leaf` is its own header, `top` the text merged above it.

    None for what is not known. Payment and identity carry what the header itself says:
    "payment.e_wallet", "identity.level2_active".
    """
    if not leaf:
        top, leaf = "", top
    above = field_of("", top) if top else None
    if (part := _part(above, leaf)) is not None:
        return part
    if above == "head" and _single(leaf) in ("full_name", "given_name"):
        return "head"
    if above == "identity" or above is None:
        return (
            _single(f"{top} {leaf}")
            if above
            else _single(leaf) or (_single(f"{top} {leaf}") if top else None)
        )
    return _single(leaf) or _single(f"{top} {leaf}")


def is_hamlet(header: str) -> bool:
    """Only words for hamlets: "Thôn/Tổ dân phố", "Tên xóm"."""
    tokens = set(_key(header).split())
    return bool(tokens & _HAMLET_TOKENS) and tokens <= _HAMLET_TOKENS | _FILLERS


def section_of(text: str) -> str | None:
    """The hamlet that a row alone announces ("I. Thôn Đông Hạ:" gives "Thôn Đông Hạ"), or None."""
    line = clean(re.sub(r"\(.*?\)|:", " ", text)).rstrip(" .;,-") if len(text) <= 120 else ""
    found = _SECTION.fullmatch(line.casefold())
    if found is None or len(line.casefold()) != len(line):
        return None
    return line[found.start(1) :]


def _key(header: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9]+", " ", fold(header)).split())


def _part(above: str | None, leaf: str) -> str | None:
    """Columns for one sex, and a birth date in three columns."""
    word, key = clean(leaf).casefold(), _key(leaf)
    if above == "birth" and key in ("ngay", "thang", "nam", "nu"):
        if word == "năm":
            return "birth.year"
        return {"ngay": "birth.day", "thang": "birth.month", "nam": "birth.male", "nu": "birth.female"}[key]
    if above in (None, "sex") and word in ("nam", "nữ", "nu"):
        return "sex.male" if word == "nam" else "sex.female"
    if above is None and (found := re.search(r"nam sinh (?:cua )?(nam|nu)$", key)):
        return "birth.male" if found[1] == "nam" else "birth.female"
    return None


def _single(header: str) -> str | None:
    if clean(header).casefold() == "hộ":
        return "household"
    for key in (_key(header), _key(re.sub(r"\(.*?\)", " ", header))):
        for field, pattern in FIELDS:
            if pattern.search(key):
                return _detailed(field, key)
    return "hamlet" if is_hamlet(header) else None


def _detailed(field: str, key: str) -> str:
    if field == "identity":
        levels = set(re.findall(r"\b([12])\b", key))
        if "kich hoat" in key:
            return "identity.level2_active"
        if levels == {"1"}:
            return "identity.level1"
        return (
            "identity.levels"
            if levels == {"1", "2"} or re.search(r"muc( do)? dinh danh$", key)
            else "identity"
        )
    if field == "payment":
        kinds = [kind for kind, pattern in _INSTRUMENTS.items() if pattern.search(key)]
        alone = len(kinds) == 1 and ("thanh toan" not in key or kinds == ["bank_account"])
        return f"payment.{kinds[0]}" if alone else "payment"
    return field
