"""Nothing asks a host outside: not the suite, and no source of the house (tests/walls.py)."""

from __future__ import annotations

import ast
import socket
from collections.abc import Iterable
from urllib.request import urlopen

import pytest

from tests.house.sources import Source, source, sources
from tests.walls import NoWayOut

# What can fetch an address.
CLIENTS = {"requests", "urllib.request", "urllib3", "httpx", "http.client", "aiohttp", "socket", "ftplib"}
ALLOWED = {
    "accounts.actions.provider": "asks the identity provider that the settings name, and follows nobody",
    "config.serve": "asks its own web server on the loopback whether it is ready",
    "config.servers": "looks for a free place for the embedded servers",
}


def clients(found: Iterable[Source]) -> list[str]:
    """Modules that import something with which an address can be fetched."""
    wrong = []
    for module in found:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Import):
                names = {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names = {str(node.module), *(f"{node.module}.{alias.name}" for alias in node.names)}
            else:
                continue
            if names & CLIENTS and module.module not in ALLOWED:
                wrong.append(module.module)
    return wrong


def test_I_14_no_source_can_fetch_an_address() -> None:
    assert clients(sources()) == []


def test_I_14_control_a_planted_fetch_is_found_and_meets_the_wall() -> None:
    for text in ("import requests", "from urllib import request", "from http.client import HTTPSConnection"):
        assert clients([source("people.actions", text)]) == ["people.actions"]
    with pytest.raises(NoWayOut), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(NoWayOut):
        urlopen("http://example.com")


def test_I_14_the_loopback_is_open() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as client:
        client.connect(server.getsockname())
