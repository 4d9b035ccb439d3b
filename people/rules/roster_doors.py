"""Who lives behind the same door, by what the roster gives: number, head, kinship or address.

Numbers may begin again in each hamlet, and merged cells leave them on the first row only.
"""

from __future__ import annotations

from dataclasses import dataclass

from base.names import fold
from people.rules.roster_cells import read_line
from people.rules.roster_marks import is_yes
from people.rules.roster_persons import Line, relation
from people.rules.roster_sheet import Cell, text


@dataclass
class Door:
    """One household; its hamlet and address are the first ones written."""

    key: str
    hamlet: str | None
    address: str


class Doors:
    """Opens the door of each line in turn; remembers the line above, for what is merged with it."""

    def __init__(self, fields: set[str]) -> None:
        """`fields` are those of the header: they decide how households are told apart."""
        self._fields = fields
        self._doors: dict[str, Door] = {}
        self._now: Door | None = None
        self._section: str | None = None
        self._hamlet: str | None = None
        self._address = ""
        self._had_head = False

    @property
    def alone(self) -> bool:
        """Nothing in the roster tells who lives together."""
        return not self._fields & {"household", "head", "relation", "address"}

    def open(self, section: str | None, line: Line) -> Door:
        """The door of a line, under the hamlet announced above it (or None)."""
        moved = self._enter_hamlet(section, line)
        address = read_line(line.get("address"))
        is_head = relation(line) == "head"
        key = self._key(line, address, is_head, moved)
        if key is None and self._now is not None:
            door = self._now
        else:
            key = key or f"row-{line.row}"
            door = self._doors.setdefault(key, Door(key, self._hamlet, address))
        self._had_head = is_head or (door is self._now and self._had_head)
        door.address = door.address or address
        self._now = door
        return door

    def _enter_hamlet(self, section: str | None, line: Line) -> bool:
        """The hamlet of the line is its own, that of the section, or that of the line above."""
        before = self._hamlet
        written = read_line(line.get("hamlet"))
        if section != self._section:
            self._section = self._hamlet = section
        if written:
            self._hamlet = written
        if self._now is None or before == self._hamlet:
            return False
        return fold(before or "") != fold(self._hamlet or "")

    def _key(self, line: Line, address: str, is_head: bool, moved: bool) -> str | None:
        """The key of the door, None for the one of the line above."""
        own = f"row-{line.row}"
        if number := _number(line.get("household")):
            return self._in_hamlet(number)
        if "household" in self._fields:
            return own if moved or (is_head and self._had_head) else None
        head = fold(read_line(line.get("head")))
        if head and not is_yes(head):
            return self._in_hamlet("head " + head) if not self._only_heads() else own
        if "relation" in self._fields or "head" in self._fields:
            return own if is_head or moved else None
        if "address" in self._fields:
            return self._in_hamlet("address " + fold(address)) if address else (own if moved else None)
        return own

    def _only_heads(self) -> bool:
        return not self._fields & {"full_name", "given_name"}

    def _in_hamlet(self, number: str) -> str:
        return f"{fold(self._hamlet or '')}/{number}"


def _number(cell: Cell) -> str:
    """1, 1.0, "01" and " 1 " are the same household number."""
    number = fold(text(cell)).removesuffix(".0")
    return number.lstrip("0") if number.isdigit() else number
