"""No line that was ever committed holds a key of a service or a private key."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator

import pytest
from detect_secrets.core.plugins.util import get_mapping_from_secret_type_to_class
from detect_secrets.plugins.base import BasePlugin
from detect_secrets.plugins.high_entropy_strings import HighEntropyStringsPlugin

from tests.house.sources import ROOT

# What looks like a secret and is none, and why.
KNOWN = {
    "password": "the form of an address, in what is said about DATABASE_URL",
    "ghs": "the end of a word and the beginning of the next, in the name of a test",
}


def detectors() -> list[BasePlugin]:
    """Everything detect-secrets knows by its shape. Entropy alone would name each hash of a lock file, and a
    word such as "password" each test."""
    kinds = get_mapping_from_secret_type_to_class().values()
    return [
        kind()
        for kind in kinds
        if not issubclass(kind, HighEntropyStringsPlugin)
        and kind.__name__ not in ("KeywordDetector", "IPPublicDetector")
    ]


def secrets(lines: Iterable[str]) -> set[tuple[str, str]]:
    """(kind, text) of each secret in these lines."""
    kinds = detectors()
    return {
        (one.type, str(one.secret_value))
        for line in lines
        for kind in kinds
        for one in kind.analyze_line(filename="x", line=line, line_number=1)
    }


def ever_committed() -> Iterator[str]:
    """Each line that any commit has added."""
    command = ["git", "log", "--all", "-p", "--no-color", "--unified=0", "--no-ext-diff"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, errors="replace") as told:
        assert told.stdout is not None
        for line in told.stdout:
            if line.startswith("+") and not line.startswith("+++") and len(line) < 5_000:
                yield line[1:]


@pytest.mark.prove
@pytest.mark.timeout(900)
def test_P_10_no_line_that_was_ever_committed_holds_a_secret() -> None:
    found = secrets(set(ever_committed()))
    assert {one for one in found if one[1] not in KNOWN} == set()


def test_P_10_control_a_planted_secret_is_found() -> None:
    planted = [
        f'key = "AKIA{"IOSFODNN7EXAMPLE"}"',
        "-----BEGIN " + "RSA PRIVATE KEY-----",
        "https://an:" + "mat-khau@example.com/",
        "nothing = None",
    ]
    assert {kind for kind, _ in secrets(planted)} == {
        "AWS Access Key",
        "Private Key",
        "Basic Auth Credentials",
    }
