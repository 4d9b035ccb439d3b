"""The pages in Chromium on a small phone: axe-core finds no barrier, nothing runs, nothing sticks out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from accounts.models import User
from areas.actions import set_hotline
from base.models import SYSTEM
from checklist.actions import record_observations
from tests import make
from tests.village import AT, COMMUNE, actor, an_id, calling
from tests.web.browser import Browser, browsing, program
from web.pages.frame import HEADERS

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.long,
    pytest.mark.skipif(program() is None, reason="Chromium is not installed (Debian: apt install chromium)"),
]
AXE = (Path(__file__).parent / "vendor/axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
GONE = ("/the/000000000000", "/huong-dan/no-such-guide")
PAGES = (
    "/",
    "/tu-kiem-tra",
    "/huong-dan",
    "/huong-dan/activate-vneid",
    "/huong-dan/share-smartphone",
    "/the",
    "/du-lieu-cua-toi",
    *GONE,
)
LACKING = ".options button[value=none], .options button[value=from_18]"


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("chromium")) as found:
        found.size(360, 640)
        yield found


def barriers(browser: Browser) -> list[str]:
    """What axe-core finds on the page that is open, with where."""
    browser.run(f"{AXE}; true")
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations", "incomplete"]}
    told: Any = json.loads(
        browser.run(f"axe.run(document, {json.dumps(options)}).then(found => JSON.stringify(found))")
    )
    assert told["testEngine"]["name"] == "axe-core"
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in told["violations"]]


def sticking_out(browser: Browser) -> Any:
    """How many pixels the page is wider than the screen."""
    return browser.run("document.documentElement.scrollWidth - screen.width")


def faults(browser: Browser) -> list[str]:
    wide = sticking_out(browser)
    return barriers(browser) + browser.refused + ([f"{wide} pixels too wide"] if wide > 0 else [])


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_a_page_has_no_barrier(browser: Browser, path: str, language: str) -> None:
    browser.open(f"{path}?lang={language}")
    gone = path in GONE
    assert any("404" in told for told in browser.refused) == gone
    browser.refused = [told for told in browser.refused if "404" not in told]
    assert faults(browser) == []


def test_question_after_question_to_the_result_without_a_barrier(browser: Browser) -> None:
    browser.open("/tu-kiem-tra")
    questions = 0
    while browser.run("!!document.querySelector('.options')"):
        questions += 1
        if questions in (2, 6):
            assert faults(browser) == []
        browser.press(LACKING)
    assert questions >= 7
    assert browser.run("document.querySelectorAll('.four li').length") == 4
    browser.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert faults(browser) == []


def test_the_badge_and_the_thanks_have_no_barrier(browser: Browser) -> None:
    browser.open(f"/the/{calling('an').get('accounts/badge').json['code']}")
    assert "An" in browser.run("document.querySelector('.name').innerText")
    assert faults(browser) == []
    set_hotline(by=SYSTEM, commune=COMMUNE, phone="1022", at=AT)
    browser.open(f"/the/{calling('an').get('accounts/badge').json['code']}")
    assert browser.run("document.querySelector('a[href=\"tel:1022\"]').getBoundingClientRect().height") >= 44
    assert faults(browser) == []
    browser.open("/huong-dan/activate-vneid")
    browser.press(".worked button[value=no]")
    assert faults(browser) == []


def test_what_is_held_about_one_has_no_barrier(browser: Browser, tmp_path: Path) -> None:
    said = make.observation(an_id("lan"), "identity", "level2_active")
    record_observations(by=actor("an"), observations=[said], at=AT)
    code = calling("an").post(f"privacy/persons/{an_id('lan')}/code").json["code"]
    browser.open("/du-lieu-cua-toi")
    browser.run(f"document.querySelector('#code').value = {code!r}")
    browser.press("main button")
    assert "Nguyễn Thị Lan" in browser.run("document.querySelector('.held').innerText")
    browser.run("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert faults(browser) == []
    browser.picture(tmp_path / "mine.png", whole=True)
    browser.press("button[value=erase]")
    assert faults(browser) == []
    browser.picture(tmp_path / "asked.png")
    browser.press("header button")
    assert "Erase my data" in browser.run("document.body.innerText")
    assert faults(browser) == []


def test_what_is_to_be_tapped_is_large_enough_for_a_thumb(browser: Browser) -> None:
    """44 pixels, more than the 24 that WCAG 2.2 asks for."""
    for path in ("/", "/tu-kiem-tra", "/huong-dan/activate-vneid", "/the"):
        browser.open(path)
        small = browser.run(
            "[...document.querySelectorAll('button, .go, .doors a, summary, header a')]"
            ".filter(e => e.getBoundingClientRect().height < 44).map(e => e.outerHTML)"
        )
        assert small == []


def test_a_page_with_barriers_is_found(browser: Browser) -> None:
    """The control: what axe-core must see, and what sticks out."""
    browser.planted["/planted"] = (
        "<!doctype html><title>x</title><p style='color:#ccc;background:#fff'>mờ</p>"
        "<img src=/static/web/icon.svg><div style='width:900px'>rộng</div><button></button>",
        {},
    )
    browser.open("/planted")
    found = {fault.partition(":")[0] for fault in faults(browser)}
    assert {"html-has-lang", "image-alt", "color-contrast", "button-name"} <= found
    assert sticking_out(browser) > 0


PLANTED = (
    "<!doctype html><html lang=vi><title>x</title><script>window.ran = 'script'</script>"
    "<img src=/static/web/none.png onerror=\"window.ran = 'event'\" alt=x>"
)


def ran(browser: Browser, headers: dict[str, str]) -> tuple[str | None, bool]:
    """Which planted script ran on a page with these headers, and whether the policy refused one."""
    browser.planted["/planted"] = (PLANTED, headers)
    browser.open("/planted")
    return browser.run("window.ran"), any("Content Security Policy" in told for told in browser.refused)


def test_G_03_I_16_a_planted_script_does_not_run_under_our_headers(browser: Browser) -> None:
    assert ran(browser, dict(HEADERS)) == (None, True)


def test_G_03_I_16_control_without_our_headers_it_runs(browser: Browser) -> None:
    assert ran(browser, {}) in (("script", False), ("event", False))


RUN = "window.ran='name'"
NAMES = [
    f"<script>{RUN}</script>",
    f"</title><script>{RUN}</script>",
    f"</style></script><script>{RUN}</script>",
    f"<ScRiPt>{RUN}</sCrIpT>",
    f"<script\n>{RUN}</script>",
    f"<<script>{RUN}//<</script>",
    f"<img src=x onerror={RUN}>",
    f'"><img src=x onerror={RUN}>',
    f"'><img src=x onerror={RUN}>",
    f"<img/src/onerror={RUN}>",
    "<img src=x onerror=eval(atob('d2luZG93LnJhbj0nbmFtZSc='))>",
    f"<svg onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f"<svg><animate onbegin={RUN} attributeName=x dur=1s>",
    f"<body onload={RUN}>",
    f"<input autofocus onfocus={RUN}>",
    f"<select autofocus onfocus={RUN}>",
    f"<details open ontoggle={RUN}>",
    f"<video><source onerror={RUN}></video>",
    f"<audio src=x onerror={RUN}>",
    "<iframe srcdoc=\"<script>parent.ran='name'</script>\">",
    "<iframe src=javascript:parent.ran='name'>",
    f"<object data=javascript:{RUN}>",
    f"<a href=javascript:{RUN} autofocus onfocus={RUN}>x</a>",
    f"<math><mtext><script>{RUN}</script>",
    f"<style onload={RUN}></style>",
    f"<marquee onstart={RUN}>x</marquee>",
    f"<p style=animation-name:x onanimationstart={RUN}>",
    f'{{{{constructor.constructor("{RUN}")()}}}}',
    f"\u003cscript\u003e{RUN}\u003c/script\u003e",
]


def badges(names: list[str]) -> str:
    """The pages that citizens see of volunteers with these names, one below the other."""
    shown = []
    for name in names:
        User.objects.filter(pk=an_id("an")).update(full_name=name[:100])
        code = calling("an").get("accounts/badge").json["code"]
        shown.append(calling().client.get(f"/the/{code}").content.decode().partition("<body>")[2])
    return "".join(shown)


def test_I_15_no_name_runs_even_where_no_policy_would_stop_it(browser: Browser) -> None:
    assert len(NAMES) == 30
    browser.planted["/planted"] = (f"<!doctype html><html lang=vi><title>x</title>{badges(NAMES)}", {})
    browser.open("/planted")
    assert browser.run("document.querySelectorAll('.name').length") == 30
    assert browser.run("window.ran") is None


def test_I_15_control_a_page_that_shows_names_as_they_are_runs_them(browser: Browser) -> None:
    for name in (NAMES[0], NAMES[6], NAMES[11]):
        browser.planted["/planted"] = (f"<!doctype html><html lang=vi><title>x</title><body>{name}", {})
        browser.open("/planted")
        assert browser.run("new Promise(done => setTimeout(() => done(window.ran), 50))") == "name", name
