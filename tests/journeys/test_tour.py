"""The tour of the README, line by line, against the real web server with the real demo."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.live import ROOT, environment, manage, own_database, web, worker

FENCE = re.compile(r"^```bash\n(.*?)^```", re.MULTILINE | re.DOTALL)
SEPARATOR = "echo '=====%d'\n"


def tour() -> list[str]:
    """The shell blocks of the README's tour."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    return FENCE.findall(text[text.index("## Five minutes") : text.index("## The picture")])


def walk(port: int, blocks: list[str]) -> tuple[int, list[str], str]:
    """Runs the blocks in one shell that stops at the first failure; what each of them printed."""
    marked = [SEPARATOR % number + block for number, block in enumerate(blocks)]
    script = "set -euo pipefail\n" + "".join(marked)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=ROOT,
        env={"PATH": "/usr/local/bin:/usr/bin:/bin", "PORT": str(port), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, re.split(r"=====\d+\n", done.stdout)[1:], done.stderr


@pytest.mark.long
@pytest.mark.django_db
def test_a_new_user_walks_the_tour_twice() -> None:
    blocks = tour()
    assert len(blocks) == 9, "the tour has the helper block and eight stations"
    with own_database("tour") as database:
        env = environment(database)
        manage(env, "migrate", "--verbosity=0")
        manage(env, "grant_application")
        manage(env, "load_areas")
        accounts = manage(env, "make_demo")
        assert "+84900000005" in accounts
        with web(env) as port, worker(env):
            status, said, errors = walk(port, blocks)
            assert (status, errors) == (0, ""), said
            _check(said)
            again, said, errors = walk(port, blocks)
            assert (again, errors) == (0, ""), said
            assert "'matched': 460" in said[1], "the second time everybody is known"
            broken, _, _ = walk(port, [*blocks[:2], "pick '[\"nothing\"]' < /tmp/staged.json\n"])
            assert broken != 0, "a line that fails is noticed"


def _check(said: list[str]) -> None:
    assert "'household': 'Hộ số'" in said[1]
    assert "'persons': 460" in said[1]
    assert "'households': 150" in said[1]
    assert "'refused': 6" in said[1]
    assert "00004-01" in said[2]
    assert "không nhập lần thứ hai" in said[2]
    assert said[4].startswith("[{")
    assert "'state': 'applied'" in said[5]
    assert "'ready': 1" in said[6]
    assert "Số người thuộc diện" in said[6]
    assert said[7].strip() == "%PDF-"
    assert said[8].strip() == "404"
