"""Fifty and more words that stand for what is told of persons in the far commune, and where one may sing."""

from __future__ import annotations

import re

from base.models import SYSTEM
from checklist.actions import record_observations
from people.actions import NewHousehold, NewPerson, give_consents, register_households, stage_import
from tests import make, village
from tests.village import AT, FAR, OTHER_COMMUNE, an_id

NAMES = [f"Canary {a}{b}" for a in ("Bình", "Cúc", "Đào", "Én", "Gấm") for b in ("h", "n", "t", "m")]
PHONES = [f"0977{n:02}6{n:02}3" for n in range(len(NAMES))]
IDS = [str(an_id(f"canary {n}")) for n in range(len(NAMES))]
THINGS = [str(an_id(f"canary's {thing}")) for thing in ("home", "consent", "fact", "roster")]
# What of it may stand in no answer to who has no sight of the far commune; a phone in whatever spelling.
WORDS = (*NAMES, *(phone[1:] for phone in PHONES), *IDS, *THINGS, "Hẻm Canary", "Canary", "987654321")


def let_them_in() -> None:
    """Twenty persons of the far commune, with all that can be known of one."""
    persons = [
        NewPerson(id=an_id(f"canary {n}"), full_name=name, birth_year=1960 + n, phone=PHONES[n])
        for n, name in enumerate(NAMES)
    ]
    home = NewHousehold(id=an_id("canary's home"), hamlet=FAR, address="Hẻm Canary 1", persons=persons)
    [receipt] = register_households(by=SYSTEM, households=[home], at=AT)
    assert receipt.state == "applied", receipt
    khanh = village.actor("khanh")
    asked = make.consent(an_id("canary 0"), id=an_id("canary's consent"))
    [receipt] = give_consents(by=khanh, consents=[asked], at=AT)
    assert receipt.state == "applied", receipt
    seen = make.observation(an_id("canary 0"), "identity", "level1", id=an_id("canary's fact"))
    [receipt] = record_observations(by=khanh, observations=[seen], at=AT)
    assert receipt.state == "applied", receipt
    roster = "Họ và tên,Năm sinh,Tổ\nCanary Ghi,1970,Tổ Canary\n".encode()
    stage_import(
        by=village.actor("hai"), import_id=an_id("canary's roster"), area=OTHER_COMMUNE, data=roster, at=AT
    )


# A number that could be called, or a mask that hides less than all but three digits.
_WHOLE = re.compile(r"(?<![\w•-])(?:\+84|0)(?:[ .]?\d){9}(?![\w-])")
_MASK = re.compile(r"•[ .]?\d(?:[ .]?\d){3,}")
_ID_NUMBER = re.compile(r"(?<![\w.-])\d{12}(?![\w-])")


def numbers(text: str) -> list[str]:
    """Phones in a text of which more than three digits can be read, and numbers as on an identity card."""
    return [*_WHOLE.findall(text), *_MASK.findall(text), *_ID_NUMBER.findall(text)]
