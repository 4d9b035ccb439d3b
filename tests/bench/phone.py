"""A phone that works without a network: the example for whoever writes a client (docs/client-guide.md).

Standard library only. What a real client keeps in its database lies here in plain dictionaries; a comment
says "together" where it must be one transaction there. Of `sync` only one may run at a time.
"""

from __future__ import annotations

import gzip
import http.client
import json
import secrets
import zlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

# (method, path, headers, body) -> (status, headers with small letters, body); OSError: no network.
Answer = tuple[int, dict[str, str], bytes]
Transport = Callable[[str, str, dict[str, str], bytes], Answer]

MOST_COMMANDS, MOST_BYTES = 500, 900_000  # of one batch; the server takes 500 and 1 MiB
KEPT = timedelta(days=30)  # acknowledged work, for the day on which the server had to go back to a backup
UNSENT, STORED, HELD, REFUSED, CONFLICT = "unsent", "stored", "held", "refused", "conflict"
STATES = {"applied": STORED, "duplicate": STORED, "held": HELD, "refused": REFUSED, "conflict": CONFLICT}


class Clock:
    """The clock of the phone, which may be wrong and may jump; nothing here relies on it."""

    def __init__(self, ahead: timedelta = timedelta()) -> None:
        self.ahead = ahead

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def new_id(at: datetime) -> str:
    """A UUIDv7: minted once, when something is said, and never again for the same thing."""
    random = secrets.randbits(74)
    instant = int(at.timestamp() * 1000) & ((1 << 48) - 1)
    number = instant << 80 | 0x7 << 76 | (random >> 62) << 64 | 0b10 << 62 | random & ((1 << 62) - 1)
    return str(UUID(int=number))


@dataclass
class Command:
    """One thing that was said, and what the server last answered to it."""

    id: str
    kind: str
    data: dict[str, Any]
    state: str = UNSENT
    batch: str = ""  # the batch that was answered
    answered_at: str = ""  # by the server's clock
    receipt: dict[str, Any] = field(default_factory=dict)

    def as_sent(self) -> dict[str, Any]:
        return {"id": self.id, "kind": self.kind, "data": self.data}


class Phone:
    """What the server told (`store`), and what was said here (`outbox`), which it may not know yet."""

    def __init__(self, transport: Transport, token: str, clock: Clock | None = None) -> None:
        self.transport, self.token, self.clock = transport, token, clock or Clock()
        self.store: dict[tuple[str, str], dict[str, Any]] = {}  # (kind, id) -> hamlet, revision, data
        self.outbox: dict[str, Command] = {}
        self.cursor = self.epoch = ""
        self.stale: set[tuple[str, str]] | None = None  # rows not seen again yet, while all is read anew
        self.hamlets: list[str] = []
        self.most, self.page = MOST_COMMANDS, 1000
        self.forgotten = 0  # acknowledged commands that are no longer kept

    # The work: needs no network.

    def say(self, kind: str, data: dict[str, Any]) -> str:
        """Keeps a command until the server has answered it; its id. `data`: the body of the door on line."""
        command = Command(new_id(self.clock.now()), kind, data)
        self.outbox[command.id] = command
        return command.id

    def edit(self, kind: str, id: str, wanted: dict[str, Any]) -> str:
        """Changes fields of a household or person, beside the values that the editor had before his eyes."""
        seen = self.shown(kind, id)
        count = {"edit": seen["edit"] + 1, "base": {name: seen.get(name) for name in wanted}}
        return self.say(f"{kind}.change", {kind: id, "set": wanted, **count})

    def shown(self, kind: str, id: str) -> dict[str, Any]:
        """A household or person as the server told it, with our own edits that it has not told back yet."""
        row = self.store[kind, id]
        shown = dict(row["data"])
        for command in self.outbox.values():
            if command.kind == f"{kind}.change" and command.data.get(kind) == id:
                shown["edit"] = max(shown["edit"], command.data["edit"])
                stored_later = (command.receipt.get("revision") or 0) > row["revision"]
                if command.state == UNSENT or (command.state == STORED and stored_later):
                    shown |= command.data["set"]
        return shown

    def rows(self, kind: str) -> dict[str, dict[str, Any]]:
        """What the server told of one kind, by id."""
        return {key[1]: row for key, row in self.store.items() if key[0] == kind}

    def unsent(self) -> list[Command]:
        """What the server has not answered yet, in the order in which it was said."""
        return [command for command in self.outbox.values() if command.state == UNSENT]

    # With a network.

    def sync(self) -> bool:
        """Everything there is to do with a network; False when it broke off: try again later."""
        done = self.push() and self.pull()
        if done and self.unsent():  # the server had gone back to a backup: all is offered again
            done = self.push() and self.pull()
        return done and self.follow_up()

    def push(self) -> bool:
        """Sends what has no answer yet, batch by batch."""
        while waiting := self.unsent():
            if not self.send(self._batch(waiting)):
                return False
        return True

    def send(self, commands: Iterable[Command]) -> bool:
        """Sends one batch. Only a receipt ends a command; without one it stays, whatever happened."""
        sent = {command.id: command for command in commands}
        body = {
            "batch": new_id(self.clock.now()),
            "sent_at": self.clock.now().isoformat(),  # so that the server learns how wrong this clock is
            "commands": [command.as_sent() for command in sent.values()],
        }
        status, answer = self._ask("POST", "/api/v1/sync/push", body)
        if status == 413 and self.most > 1:  # too much at once
            self.most = max(1, len(sent) // 2)
            return True
        if status != 200:
            return False
        for receipt in answer["receipts"]:  # together
            if command := sent.pop(receipt["id"], None):
                self._answered(command, receipt, body["batch"], answer["server_time"])
        return not sent

    def pull(self) -> bool:
        """Reads what changed, page by page; a pull that broke off goes on where it stood."""
        more = True
        while more:
            query = urlencode(
                {"cursor": self.cursor, "limit": self.page} if self.cursor else {"limit": self.page}
            )
            status, page = self._ask("GET", f"/api/v1/sync/pull?{query}")
            if status == 400 and self.cursor:  # the server does not know this cursor, as after a backup
                self._begin_again()
                continue
            if status != 200:
                return False
            self._turn(page)
            more = page["more"]
        for key in self.stale or ():  # all was read anew, and these did not come again
            self.store.pop(key, None)
        self.stale = None
        return True

    def follow_up(self) -> bool:
        """Lays our counts beside the server's. Where they differ, somebody decided meanwhile about work that
        was held or clashed: asks what became of it."""
        counts = self.ask_counts()
        if counts == self.counts():
            return True
        open_batches = {cmd.batch for cmd in self.outbox.values() if cmd.state in (HELD, CONFLICT)}
        for batch in open_batches if counts else ():
            status, answer = self._ask("GET", f"/api/v1/sync/receipts?batch={batch}")
            if status != 200:
                return False
            for receipt in answer["receipts"]:
                command = self.outbox.get(receipt["id"])
                if command and command.batch == batch:
                    self._answered(command, receipt, batch, command.answered_at)
        return counts is not None

    # What the volunteer is told.

    def counts(self) -> dict[str, int]:
        """To be laid beside the server's own counts of this device (`ask_counts`): they are equal."""
        states = Counter(command.state for command in self.outbox.values())
        states[STORED] += self.forgotten
        counts = {"sent": states.total() - states[UNSENT], "waiting": states[HELD]}
        return {**counts, **{state: states[state] for state in (STORED, REFUSED, CONFLICT)}}

    def ask_counts(self) -> dict[str, int] | None:
        """The server's counts; None without a network."""
        status, answer = self._ask("GET", "/api/v1/sync/receipts")
        return dict(answer["counts"]) if status == 200 else None

    def needs_attention(self) -> list[Command]:
        """What somebody must look at; the receipt says why, and `current` what the server has instead."""
        return [command for command in self.outbox.values() if command.state in (REFUSED, CONFLICT)]

    # How it is done.

    def _batch(self, waiting: list[Command]) -> list[Command]:
        """The first of what waits, as much as fits."""
        chosen, size = [], 0
        for command in waiting[: self.most]:
            size += len(json.dumps(command.as_sent())) + 2
            if chosen and size > MOST_BYTES:
                break
            chosen.append(command)
        return chosen

    def _answered(self, command: Command, receipt: dict[str, Any], batch: str, at: str) -> None:
        command.state, command.receipt = STATES[receipt["state"]], receipt
        command.batch, command.answered_at = batch, at
        if receipt.get("code") == "record.forgotten":  # of who was erased nothing stays here
            command.data = {}

    def _turn(self, page: dict[str, Any]) -> None:
        """One page, together: were the cursor kept without its changes, they would never come again."""
        if self.epoch and page["epoch"] != self.epoch:
            self._begin_again()
        for hamlet in page["scope"]["removed"]:
            self.store = {key: row for key, row in self.store.items() if row["hamlet"] != hamlet}
        for change in page["changes"]:
            if change.get("gone"):
                self._gone(change["kind"], change["id"], change["hamlet"])
            else:
                self._put(change)
        self.epoch, self.cursor, self.hamlets = page["epoch"], page["cursor"], page["scope"]["hamlets"]
        self._forget(page["server_time"])

    def _put(self, change: dict[str, Any]) -> None:
        key = change["kind"], change["id"]
        self.store[key] = {name: change[name] for name in ("hamlet", "revision", "data")}
        if self.stale is not None:
            self.stale.discard(key)

    def _gone(self, kind: str, id: str, hamlet: str) -> None:
        """Only from the hamlet that is named: the row may have come back, or moved on, before we heard of it.
        What hangs on a household or a person goes with it."""
        row = self.store.get((kind, id))
        if row is None or row["hamlet"] != hamlet:
            return
        del self.store[kind, id]
        if kind in ("household", "person"):
            for other, inner in [key for key, row in self.store.items() if row["data"].get(kind) == id]:
                self._gone(other, inner, hamlet)

    def _begin_again(self) -> None:
        """The server went back to a backup: it may have forgotten what it acknowledged. All is offered again
        (what it still knows is a duplicate), and all is read anew."""
        for command in self.outbox.values():
            command.state = UNSENT
        self.cursor, self.stale = "", set(self.store)

    def _forget(self, server_time: str) -> None:
        """Acknowledged work of more than thirty days ago, by the server's clock and not by ours."""
        now = datetime.fromisoformat(server_time)
        for command in [command for command in self.outbox.values() if command.state == STORED]:
            if now - datetime.fromisoformat(command.answered_at) > KEPT:
                del self.outbox[command.id]
                self.forgotten += 1

    def _ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        """The status and the JSON of an answer; (0, None) where none came that can be read: no network, an
        answer cut off, the web page of a hotel."""
        headers = {"authorization": f"Bearer {self.token}", "accept-encoding": "gzip"}
        headers["x-app-version"] = "example 1"
        sent = b""
        if body is not None:
            headers |= {"content-type": "application/json", "content-encoding": "gzip"}
            sent = gzip.compress(json.dumps(body).encode(), 5)
        try:
            status, told, answer = self.transport(method, path, headers, sent)
            if told.get("content-encoding") == "gzip":
                answer = gzip.decompress(answer)
            return status, json.loads(answer)
        except (OSError, EOFError, ValueError, zlib.error):
            return 0, None


def over_http(host: str, port: int, timeout: float = 30) -> Transport:
    """A transport by HTTP, a connection for each request."""

    def ask(method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        line = http.client.HTTPConnection(host, port, timeout=timeout)
        try:
            line.request(method, path, body or None, headers)
            answer = line.getresponse()
            told = {name.lower(): value for name, value in answer.getheaders()}
            return answer.status, told, answer.read()
        except http.client.HTTPException as error:
            raise OSError(str(error)) from None
        finally:
            line.close()

    return ask
