"""The exchanges of docs/client-guide.md, one after the other, against the server: it answers what is printed.

`GOLDEN=write make test ARGS=tests/sync/test_client_guide.py` prints the present answers into the guide.
"""

from __future__ import annotations

import json
import os
import re
from typing import Any

import pytest

from tests.bench.phone import Phone, Transport
from tests.house.sources import ROOT
from tests.sync.proofs.wire import in_process
from tests.village import LOWER, an_id, calling, token_of

pytestmark = pytest.mark.django_db

GUIDE = ROOT / "docs/client-guide.md"
EXCHANGE = re.compile(r"```http\n(\w+) (\S+)\n(?:\n(.*?))?```\n\n```json\n(.*?)```\n", re.DOTALL)
MEANWHILE = re.compile(r"<!-- meanwhile: (.*?) -->")
# What differs from run to run is compared by its shape: an instant is an instant.
LOOSE = re.compile(r"(server_time|cursor|epoch|areas|items|guides|device|received_at|\w+_at)")


def move_household() -> None:
    reply = calling("dung").post(f"people/households/{an_id('nguyen')}/move", {"hamlet": LOWER})
    assert reply.status == 200, reply.json


MEANWHILES = {"the household moves to the other hamlet": move_household}


class Replay:
    """Sends what the guide prints, with the cursors of now in the place of the printed ones."""

    def __init__(self) -> None:
        self.transport: Transport = in_process()
        self.now: dict[str, str] = {}

    def answer(self, found: re.Match[str]) -> Any:
        method, path, body, printed = found.groups()
        for before, now in self.now.items():
            path = path.replace(before, now)
        headers = {"authorization": f"Bearer {token_of('an')}", "content-type": "application/json"}
        status, _, answer = self.transport(method, path, headers, (body or "").encode())
        assert status == 200, (path, answer)
        told = json.loads(answer)
        if "cursor" in (old := json.loads(printed)):
            self.now[old["cursor"]] = told["cursor"]
        return told


def alike(printed: Any, told: Any) -> Any:
    """What was told, with the printed values where only the shape counts."""
    if isinstance(printed, dict) and isinstance(told, dict):
        return {
            name: printed[name]
            if LOOSE.fullmatch(name) and shape(printed.get(name)) == shape(value)
            else alike(printed.get(name), value)
            for name, value in told.items()
        }
    if isinstance(printed, list) and isinstance(told, list):
        known = {str(one.get("id")): one for one in printed if isinstance(one, dict)}
        return [alike(known.get(str(one["id"])) if isinstance(one, dict) else one, one) for one in told]
    return told


def shape(value: Any) -> str:
    """A number, an instant, an id, or some other text: what a client may rely on."""
    if isinstance(value, int):
        return "number"
    text = re.sub(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", "instant", str(value))
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "id", text)
    return "text" if re.fullmatch(r"[\w-]{6,}", text) else text


def printed_as(told: Any) -> str:
    """JSON as the guide prints it: a line for each member, and for each element of a list of objects."""
    lines = []
    for name, value in told.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            inner = ",\n".join(f"    {json.dumps(one, ensure_ascii=False)}" for one in value)
            lines.append(f'  "{name}": [\n{inner}\n  ]')
        else:
            lines.append(f'  "{name}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def replayed(text: str) -> str:
    """The guide with the answers of now."""
    replay, pieces, end = Replay(), [], 0
    events = [*EXCHANGE.finditer(text), *MEANWHILE.finditer(text)]
    for event in sorted(events, key=lambda found: found.start()):
        if event.re is MEANWHILE:
            MEANWHILES[event[1]]()
            continue
        told = alike(json.loads(event[4]), replay.answer(event))
        pieces += [text[end : event.start(4)], printed_as(told)]
        end = event.end(4)
    return "".join([*pieces, text[end:]])


def test_the_server_answers_what_the_guide_prints() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    now = replayed(text)
    if os.environ.get("GOLDEN") == "write":
        GUIDE.write_text(now, encoding="utf-8")
    assert len(EXCHANGE.findall(text)) >= 6
    assert now == text


def test_an_answer_that_is_printed_wrongly_is_found() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    wrong = text.replace('"state": "duplicate"', '"state": "applied"')
    assert wrong != text
    assert replayed(wrong) != wrong


def test_the_guide_names_every_rule_that_the_phone_of_the_example_follows() -> None:
    text = GUIDE.read_text(encoding="utf-8")
    assert "tests/bench/phone.py" in text
    for word in ("gone", "removed", "epoch", "more", "held", "conflict", "duplicate", "refused", "sent_at"):
        assert f"`{word}`" in text, word
    assert all(hasattr(Phone, name) for name in re.findall(r"`Phone\.(\w+)`", text))
