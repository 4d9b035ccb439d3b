"""Every package that is installed is locked with its hash and was chosen for a reason; releases list them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import distributions
from pathlib import Path

import pytest

from tests.house.sources import ROOT

LOCKS = [ROOT / "requirements" / name for name in ("run.txt", "dev.txt")]
WISHES = [ROOT / "requirements" / name for name in ("run.in", "dev.in")]
REASONS = ROOT / "docs" / "dependencies.md"
# What a fresh venv brings itself; nothing of it is imported by the house.
SEEDS = {"pip", "setuptools", "wheel"}
_PIN = re.compile(
    r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)[^\n]*((?:\n    --hash=sha256:[0-9a-f]{64} ?\\?)*)", re.M
)


def normal(name: str) -> str:
    """One spelling of a package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(text: str) -> dict[str, tuple[str, int]]:
    """Package -> its version and how many hashes a lock file gives for it."""
    return {normal(name): (version, hashes.count("sha256:")) for name, version, hashes in _PIN.findall(text)}


def unlocked(installed: Iterable[tuple[str, str]], locks: dict[str, tuple[str, int]]) -> list[str]:
    """What is installed otherwise than the lock files say."""
    wrong = []
    for name, version in installed:
        pin = locks.get(normal(name))
        if normal(name) in SEEDS:
            continue
        if pin is None:
            wrong.append(f"{name} {version} is locked nowhere: make clean")
        elif pin[0] != version:
            wrong.append(f"{name} is {version} and not {pin[0]}")
        elif not pin[1]:
            wrong.append(f"{name} has no hash")
    return wrong


def everything_locked() -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for lock in LOCKS:
        found |= locked(lock.read_text(encoding="utf-8"))
    return found


def wished(text: str) -> set[str]:
    """The packages that somebody has asked for by name."""
    lines = (line.split("#")[0].strip() for line in text.splitlines())
    return {normal(re.split(r"[\[<>=!~ ;]", line)[0]) for line in lines if line and not line.startswith("-")}


def rows(text: str) -> dict[str, list[str]]:
    """Package -> what docs/dependencies.md says of it."""
    lines = [line.strip("| \n").split(" | ") for line in text.splitlines() if line.startswith("| `")]
    return {normal(cells[0].strip("` ")): cells for cells in lines}


@pytest.mark.prove  # a venv in which two branches are worked on holds what both of them need
def test_O_01_everything_installed_is_locked_with_its_hash() -> None:
    locks = everything_locked()
    installed = [(found.metadata["Name"], found.version) for found in distributions()]
    assert len(installed) > 60
    assert unlocked(installed, locks) == []
    assert [name for name, (_, hashes) in locks.items() if not hashes] == []


def test_O_01_one_index_and_no_host_in_a_lock_file() -> None:
    for file in (*LOCKS, *WISHES):
        text = file.read_text(encoding="utf-8")
        assert not re.search(r"index-url|find-links|://|^-e|^git\+", text, re.M), file


def test_O_01_control_a_planted_package_is_found() -> None:
    locks = locked("django==5.2.19 \\\n    --hash=sha256:" + "a" * 64 + "\nredis==8.1.0\n")
    assert locks == {"django": ("5.2.19", 1), "redis": ("8.1.0", 0)}
    found = [("Django", "5.2.19"), ("redis", "8.1.0"), ("djang0", "1.0"), ("pip", "24")]
    assert unlocked(found, locks) == ["redis has no hash", "djang0 1.0 is locked nowhere: make clean"]
    assert unlocked([("django", "3.2.0")], locks) == ["django is 3.2.0 and not 5.2.19"]


def unexplained(names: Iterable[str], told: dict[str, list[str]]) -> set[str]:
    """Packages without a line, or with an empty cell in it."""
    return {name for name in names if len(told.get(name, [])) != 4 or not all(map(str.strip, told[name]))}


def test_O_05_every_package_was_chosen_for_a_reason() -> None:
    names = {name for file in WISHES for name in wished(file.read_text(encoding="utf-8"))}
    told = rows(REASONS.read_text(encoding="utf-8"))
    assert unexplained(names, told) == set()
    assert set(told) == names, "a line for what nobody asks for any more"


def test_O_05_control_a_planted_package_without_a_reason_is_found() -> None:
    told = rows("| `redis` | the queue | MIT | kept by Redis |\n| `celery` | tasks | | |\n")
    assert unexplained({"redis", "celery", "left-pad"}, told) == {"celery", "left-pad"}


def parts(lock: Path, tmp_path: Path) -> set[tuple[str, str]]:
    """The packages in the list of parts that `make sbom` makes of a lock file."""
    listed = tmp_path / "sbom.json"
    command = [
        sys.executable,
        "-m",
        "cyclonedx_py",
        "requirements",
        str(lock),
        "--of",
        "JSON",
        "-o",
        str(listed),
    ]
    subprocess.run(command, check=True, capture_output=True)
    made = json.loads(listed.read_text(encoding="utf-8"))
    assert (made["bomFormat"], bool(made["components"])) == ("CycloneDX", True)
    assert all("hashes" in one["externalReferences"][0] for one in made["components"])
    return {(normal(one["name"]), one["version"]) for one in made["components"]}


@pytest.mark.prove
def test_O_03_the_list_of_parts_is_that_of_the_lock_file(tmp_path: Path) -> None:
    pins = locked(LOCKS[0].read_text(encoding="utf-8"))
    assert parts(LOCKS[0], tmp_path) == {(name, version) for name, (version, _) in pins.items()}


@pytest.mark.prove
def test_O_03_control_a_part_that_is_missing_is_found(tmp_path: Path) -> None:
    text = LOCKS[0].read_text(encoding="utf-8")
    short = tmp_path / "run.txt"
    short.write_text(text[: text.index("\nzstandard==")] + "\n")
    missing = {(name, version) for name, (version, _) in locked(text).items()} - parts(short, tmp_path)
    assert "zstandard" in {name for name, _ in missing}
