"""What may not stand in a guide is refused when it is loaded, with the file and the line."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from base.models import SYSTEM
from guides.actions import load_content
from guides.models import Guide
from guides.rules import BadContent, webp_size
from tests.guides.shelf import BODY, FIRST, HEAD, folder_with, guide, webp
from tests.village import AT

# What is added behind BODY, four lines below its first one, and a word of what is said of it.
TEXTS = {
    "script": ("<script>alert(1)</script>", "html_block"),
    "event handler": ('Bấm <b onclick="x()">đây</b>.', "html_inline"),
    "html comment": ("<!-- x -->", "html_block"),
    "foreign link": ("Xem [trang](https://example.com/vneid).", "not in the list"),
    "host that looks official": ("Xem [cổng](https://dichvucong.gov.vn.example.com).", "not in the list"),
    "official host over http": ("Xem [cổng](http://dichvucong.gov.vn).", "not in the list"),
    "account before the host": ("Xem [cổng](https://dichvucong.gov.vn@example.com).", "not in the list"),
    "script as a link": ("Bấm [đây](javascript:alert(1)).", "not in the list"),
    "data as a link": ("Bấm [đây](data:text/html;base64,AAAA).", "not in the list"),
    "reference link": ("Bấm [đây][1].\n\n[1]: https://example.com", "not in the list"),
    "autolink": ("<https://example.com>", "not in the list"),
    "bare host": ("Vào trang vneid-capnhat.com để cập nhật.", "not in the list"),
    "svg": ("![ảnh](anh.svg)", "no WebP or Ogg file"),
    "picture from elsewhere": ("![ảnh](https://example.com/a.webp)", "no WebP or Ogg file"),
    "picture inside a sentence": ("Xem ![ảnh](nut.webp) này.", "not allowed"),
    "picture that says nothing": ("![](nut.webp)", "what it shows"),
    "table of code": ("```\nx\n```", "fence"),
    "heading of another level": ("### Việc khác.", "begins with"),
    "second thing to see": ("> [!SEE] Một điều khác.", "is needed"),
    "quote without a sign": ("> Ai đó nói.", "is needed"),
    "asks for a secret": ("Hãy đọc mã xác nhận cho thành viên Tổ.", "secret"),
    "asks for a secret in English": ("Now tell the volunteer your password.", "secret"),
    "short word read aloud": ("> [!WARNING] Đừng tin TDP.", "abbreviation"),
    "hidden character": ("Bấm nút\u200b này.", "hidden"),
    "decomposed letters": (unicodedata.normalize("NFD", "Bấm nút này."), "NFC"),
}


@pytest.mark.parametrize("fault", TEXTS)
def test_G_02_control_the_line_of_a_planted_host_or_script_is_named(fault: str) -> None:
    text, said = TEXTS[fault]
    with pytest.raises(BadContent) as refused:
        guide(f"{BODY}\n{text}\n", media={"nut.webp": webp()})
    assert said in refused.value.message("en")
    line = FIRST + BODY.count("\n") + 1
    assert refused.value.message("vi").startswith(f"mot-viec.vi.md, dòng {line}: ")


def test_what_is_right_is_taken() -> None:
    """The control."""
    more = "\nXem [cổng](https://dichvucong.gov.vn/p/home).\n\n- Một\n- **Hai**\n\n> [!WARNING] Đừng vội.\n"
    [step] = guide(f"{BODY}{more}\n![Nút](nut.webp)\n", media={"nut.webp": webp()}).steps
    assert step.detail == (
        "<p>Bấm nút bên cạnh.</p>\n"
        '<p>Xem <a href="https://dichvucong.gov.vn/p/home" rel="noopener noreferrer">cổng</a>.</p>\n'
        "<ul>\n<li>Một</li>\n<li><strong>Hai</strong></li>\n</ul>"
    )
    assert (step.you_see, step.warning) == ("Màn hình sáng lên.", "Đừng vội.")
    assert (step.picture_alt, step.picture.endswith(".webp")) == ("Nút", True)


PICTURES = {
    "too heavy": (webp(padding=200_001), "larger than 200 kB"),
    "too wide": (webp(1281, 10), "wider than 1280"),
    "too high": (webp(10, 1281), "wider than 1280"),
    "another format": (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "no sound WebP"),
    "where it was taken": (webp(extra=b"EXIF\x04\0\0\0abcd"), "no sound WebP"),
    "bytes behind the end": (webp() + b"<script>", "no sound WebP"),
    "cut off": (webp()[:-4], "no sound WebP"),
    "svg under another name": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "no sound WebP"),
}


@pytest.mark.parametrize("fault", PICTURES)
def test_a_picture_that_may_not_be_is_refused_where_it_is_shown(fault: str) -> None:
    picture, said = PICTURES[fault]
    with pytest.raises(BadContent) as refused:
        guide(f"{BODY}\n![Nút](nut.webp)\n", media={"nut.webp": picture})
    assert said in refused.value.message("en")
    assert f"line {FIRST + BODY.count(chr(10)) + 1}:" in refused.value.message("en")


def test_the_size_of_a_picture_is_read() -> None:
    assert webp_size(webp(1280, 720)) == (1280, 720)


HEADS = {
    "unknown field": (HEAD.replace("kind", "kinds"), "field too many or missing: kind", 2),
    "wrong type": (HEAD.replace("version = 1", 'version = "1"'), "wrong type", 2),
    "not TOML": (HEAD.replace('item = "identity"', "item = identity"), "bad TOML", 3),
    "no end": (HEAD.replace("+++\n", "", 2), "has not the right form", 1),
    "unknown audience": (HEAD.replace("citizen", "robots"), "not right: audience", 1),
    "valid before it was checked": (HEAD.replace("2027-06-30", "2026-01-01"), "not right: valid_until", 1),
    "no source": (HEAD.replace('["Nghị định 69/2024/NĐ-CP"]', "[]"), "not right: source", 1),
    "host in the summary": (HEAD.replace("Làm một việc.", "Xem vneid-qua.com."), "not in the list", 8),
}


@pytest.mark.parametrize("fault", HEADS)
def test_a_head_that_is_not_right_is_refused(fault: str, tmp_path: Path) -> None:
    head, said, line = HEADS[fault]
    folder = folder_with(tmp_path, mot_viec__vi__md=head + BODY)
    with pytest.raises(BadContent) as refused:
        load_content(by=SYSTEM, at=AT, folder=folder)
    assert said in refused.value.message("en")
    assert f"mot-viec.vi.md, line {line}: " in refused.value.message("en")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "0 steps"),
        ("\nChữ.\n", "before the first step"),
        ("\n## Một.\n" * 9, "9 steps"),
        ("\n## Một\n", "full stop"),
    ],
)
def test_a_guide_has_one_to_eight_steps(body: str, said: str) -> None:
    with pytest.raises(BadContent) as refused:
        guide(body)
    assert said in refused.value.message("en")


@pytest.mark.django_db
def test_one_bad_file_and_nothing_is_stored(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, a__vi__md=HEAD + BODY, b__vi__md=HEAD + BODY + "\n<script></script>\n")
    before = Guide.objects.count()
    with pytest.raises(CommandError, match=r"b\.vi\.md, dòng \d+: .* / b\.vi\.md, line \d+: "):
        call_command("load_guides", folder=folder)
    assert Guide.objects.count() == before


@pytest.mark.parametrize("name", ["alerts", "places"])
def test_G_02_a_foreign_host_in_a_list_is_refused_with_its_line(name: str, tmp_path: Path) -> None:
    alert = '[[alert]]\nslug = "x"\ntitle = "Tên"\ntext = "Xem vneid-qua.com"\nrecognise = "a"\nact = "b"\n'
    alert += 'report = "c"\nsource = ["d"]\nvalid_from = 2026-01-01\nvalid_until = 2027-01-01\n'
    place = '[[place]]\ncode = "home"\ntitle = "Tên"\nwhat = "Xem vneid-qua.com"\nbring = []\nfee = "a"\n'
    place += 'time = "b"\nsource = ["d"]\nchecked_on = 2026-01-01\n'
    text = {"alerts": alert, "places": place}[name]
    (tmp_path / f"{name}.vi.toml").write_text(f"\n{text}", "utf-8")
    with pytest.raises(BadContent) as refused:
        load_content(by=SYSTEM, at=AT, folder=tmp_path)
    assert f"{name}.vi.toml, line 5: " in refused.value.message("en")
