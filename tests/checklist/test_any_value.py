"""Whatever value a field is given, the answer is a receipt and the neighbours are stored."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checklist.models import Observation
from tests import make
from tests.checklist.counting import bounded, differences, undone
from tests.village import AT, an_id, calling

pytestmark = pytest.mark.django_db
LAN = an_id("lan")
INSTANTS = [
    "0001-01-01T00:00:00Z",
    "0001-01-01T00:00:00+23:59",
    "1970-01-01T00:00:00+14:00",
    "1969-12-31T23:59:59-12:00",
    "9999-12-31T23:59:59.999999999Z",
    "9999-12-31T23:59:59-23:59",
    "2026-11-02T03:00:60Z",
    "2026-11-02T24:00:00Z",
    "2026-11-02 03:00:00+07:00",
    "2026-11-02T03:00:00",
    "20261102T030000Z",
    "-2026-11-02T03:00:00Z",
    "1e9",
    "",
]
DAYS = ["0001-01-01", "9999-12-31", "2026-02-29", "2028-02-29", "0000-00-00", "02/11/2026", "", "10000-01-01"]
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=5,
)
FIELDS = [*make.document(LAN, "signature", "has"), "kind", "blocker", "expires_on", "visit", "note"]


def send(document: dict[str, Any]) -> dict[str, Any]:
    """The receipt of the document between two good ones."""
    good = [make.document(LAN, "safety", "briefed") for _ in range(2)]
    reply = calling("an").post("checklist/observations", [good[0], document, good[1]])
    assert reply.status == 200, reply.json
    first, receipt, last = reply.json["receipts"]
    assert (first["state"], last["state"]) == ("applied", "applied")
    assert differences() == 0
    found: dict[str, Any] = receipt
    return found


@settings(bounded, max_examples=100)
@given(st.dictionaries(st.sampled_from(FIELDS), values, min_size=1, max_size=3))
def test_any_value_gets_a_receipt(change: dict[str, Any]) -> None:
    with undone():
        receipt = send({**make.document(LAN, "signature", "has", kind="ca"), **change})
        assert receipt["state"] in ("refused", "applied")
        assert (receipt["state"] == "applied") == Observation.objects.filter(item="signature").exists()


@pytest.mark.parametrize("instant", INSTANTS)
def test_any_instant_gets_a_receipt(instant: str) -> None:
    receipt = send(make.document(LAN, "signature", "has", kind="ca", observed_at=instant))
    if receipt["state"] == "applied":
        kept = Observation.objects.get(item="signature")
        assert kept.observed_at <= kept.recorded_at
        assert kept.observed_at.year >= 1969
    else:
        assert receipt["path"] == "observed_at"


@pytest.mark.parametrize("day", DAYS)
def test_any_day_of_expiry_gets_a_receipt(day: str) -> None:
    receipt = send(make.document(LAN, "signature", "has", kind="ca", expires_on=day))
    assert receipt["state"] == "applied" or receipt["path"] == "expires_on"
    assert calling("an").get(f"checklist/persons/{LAN}/readiness").status == 200
    assert calling("an").get(f"checklist/persons/{LAN}/observations").status == 200


@pytest.mark.parametrize("number", [str(LAN).upper(), f"{{{LAN}}}", LAN.hex, f"urn:uuid:{LAN}", "0" * 36])
def test_a_person_is_named_by_an_id_however_it_is_spelt(number: str) -> None:
    receipt = send({**make.document(LAN, "identity", "none"), "person": number})
    assert receipt["state"] == "applied" or receipt["path"] == "person"


def test_the_latest_moment_is_the_receipt() -> None:
    told = make.document(LAN, "identity", "none", observed_at=AT.replace(year=9999))
    send(told)
    kept = Observation.objects.get(pk=told["id"])
    assert kept.observed_at == kept.recorded_at
