"""What is sealed opens in its place and nowhere else; what is compared is compared without being read."""

from __future__ import annotations

import hmac
import logging
import os
from typing import Any
from uuid import UUID

import pytest
from django.test import override_settings

from base.sealed import HIDDEN, MARK, SealBroken, SealedLeavesField, opened, unveiled, veiled
from base.sealed.blind import blind
from base.sealed.rotating import sealed_columns
from people.queries.sealed import ADDRESS, NEW, OLD, PHONE, PHONE_INDEX
from sync.queries.receipts import CURRENT, DATA

LAN, TAM = UUID(int=1), UUID(int=2)
PHONE_OF_LAN = "+84912345678"
BEFORE, TODAY = "a-secret-of-yesterday-and-long-enough", "a-secret-of-today-that-is-long-enough"


def opens(field: Any, row: object, kept: str) -> str:
    """What a reader gets, "broken" for a refusal."""
    try:
        return str(field.open(row, kept))
    except SealBroken as refusal:
        return "broken" if refusal.status == 409 else "an alarm of another kind"


def repeated(seals: list[str]) -> int:
    """How many nonces were used more than once."""
    nonces = [seal[10:26] for seal in seals]
    return len(nonces) - len(set(nonces))


def test_what_is_sealed_opens_in_its_place() -> None:
    for text in ("Ngõ 3", "1", "x" * 200, 'Số "7"\\n', "ấ" * 200):
        assert ADDRESS.open(LAN, ADDRESS.seal(LAN, text)) == text
    assert (ADDRESS.seal(LAN, ""), ADDRESS.open(LAN, "")) == ("", "")


def test_P_02_moved_changed_or_never_sealed_it_does_not_open(caplog: pytest.LogCaptureFixture) -> None:
    kept = PHONE.seal(LAN, PHONE_OF_LAN)
    elsewhere = [(PHONE, TAM), (ADDRESS, LAN), (OLD, LAN), (NEW, 1)]  # another row, column, table
    with caplog.at_level(logging.ERROR, "alarm"):
        assert [opens(field, row, kept) for field, row in elsewhere] == ["broken"] * 4
        for n in range(len(kept)):
            changed = kept[:n] + ("A" if kept[n] != "A" else "B") + kept[n + 1 :]
            assert n < len(MARK) or opens(PHONE, LAN, changed) in (
                "broken",
                PHONE_OF_LAN * kept.endswith("="),
            )
        plain = [PHONE_OF_LAN, f"{MARK}{PHONE_OF_LAN}", "Ngõ 3", MARK, kept[:-4], kept[:20], "\x00"]
        assert [opens(PHONE, LAN, text) for text in plain] == ["broken"] * len(plain)
    assert PHONE.shown(TAM, kept) == HIDDEN
    assert f"people_person.phone of row {LAN}" in caplog.text
    assert "912345678" not in caplog.text
    assert kept[2:20] not in caplog.text


def test_P_02_control_a_seal_that_is_not_bound_to_its_row_would_be_found(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("base.sealed.fields._about", lambda *which: b"the same for all")
    with pytest.raises(AssertionError):
        test_P_02_moved_changed_or_never_sealed_it_does_not_open(caplog)


def test_P_02_in_a_page_one_broken_value_hides_itself_alone() -> None:
    def marked(row: UUID, kept: str) -> str:
        return f"\x01people_household.address {row} {kept}\x01"

    good, bad = ADDRESS.seal(LAN, 'Số "7"'), ADDRESS.seal(TAM, "Ngõ 3")
    page = f'[{{"a":{marked(LAN, good)}}},{{"a":{marked(LAN, bad)}}},{{"a":{marked(LAN, good)}}}]'.encode()
    told = opened(page, lambda text: text.encode())
    assert told.decode() == f'[{{"a":Số "7"}},{{"a":{HIDDEN}}},{{"a":Số "7"}}]'
    assert opened(b'{"a":"~1AAAA"}', lambda text: b"") == b'{"a":"~1AAAA"}', "what people write is no mark"


def test_P_03_one_value_is_sealed_differently_each_time() -> None:
    seals = [PHONE.seal(LAN, PHONE_OF_LAN) for _ in range(100_000)]
    assert repeated(seals) == 0
    assert len(set(seals)) == len(seals)


@pytest.mark.prove
@pytest.mark.timeout(300)
def test_P_03_a_million_nonces_and_none_twice() -> None:
    assert repeated([PHONE.seal(LAN, PHONE_OF_LAN) for _ in range(1_000_000)]) == 0


def test_P_03_control_a_nonce_that_repeats_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("base.sealed.fields.os.urandom", lambda size: b"\0" * size)
    assert repeated([PHONE.seal(LAN, PHONE_OF_LAN) for _ in range(3)]) == 2


def test_P_05_a_blind_index_is_that_of_the_oracle() -> None:
    """Oracle O8: HMAC-SHA-256 under a key of 32 bytes, for one field, and nested in the next key."""
    first, second = bytes(range(32)), bytes(range(32, 64))
    index = blind(first, "cccd", 1, b"001099000111")
    assert index.hex() == "de873924c096984198ac1357d468cdf396f339f59e352be8eec4bf181da85305"
    nested = blind(second, "cccd", 2, index)
    assert nested.hex() == "cdb95dfa3ea98172a779504a74d9034e6e86abffd541b6e07f4ef6e4b8c34116"


def test_P_05_a_new_key_goes_round_the_index_and_finds_the_same_rows() -> None:
    phones = [f"+8491200{n:04}" for n in range(300)]
    with override_settings(INDEX_KEYS=[BEFORE]):
        kept = {PHONE_INDEX.index(phone): phone for phone in phones}
    with override_settings(INDEX_KEYS=[BEFORE, TODAY]):
        brought = {PHONE_INDEX.nested(index): phone for index, phone in kept.items() if index}
        assert brought == {PHONE_INDEX.index(phone): phone for phone in phones}
        assert all(set(PHONE_INDEX.indexes(phone)) & kept.keys() for phone in phones), "found before, too"
    with override_settings(INDEX_KEYS=[TODAY]):
        assert not brought.keys() & {PHONE_INDEX.index(phone) for phone in phones}, "control: another key"


def test_P_05_two_columns_with_one_value_have_different_indexes() -> None:
    of = {field.of: field for field in sealed_columns() if hasattr(field, "of")}
    assert len({field.index(PHONE_OF_LAN) for field in of.values()}) == len(of)
    assert PHONE_INDEX.index("") is None
    plain = hmac.digest(b"", PHONE_OF_LAN.encode(), "sha256")
    assert PHONE_INDEX.index(PHONE_OF_LAN)[1:] != plain


def test_what_is_under_the_key_before_opens_until_that_is_taken_away() -> None:
    with override_settings(SEALING_KEYS=[BEFORE]):
        kept, veil = PHONE.seal(LAN, PHONE_OF_LAN), veiled(b"0123456789abcdef")
    with override_settings(SEALING_KEYS=[TODAY, BEFORE]):
        assert PHONE.open(LAN, kept) == PHONE_OF_LAN
        again, veiled_again = PHONE.renewed(LAN, kept), veiled(unveiled(veil))
        assert unveiled(veil) == b"0123456789abcdef"
    with override_settings(SEALING_KEYS=[TODAY]):
        assert (PHONE.open(LAN, again), opens(PHONE, LAN, kept)) == (PHONE_OF_LAN, "broken")
        assert (unveiled(veiled_again), unveiled(veil)) == (b"0123456789abcdef", b"")


def test_leaves_of_a_document_are_sealed_wherever_they_stand() -> None:
    said = {"id": "x", "address": "Ngõ 3", "persons": [{"phone": "0912", "full_name": "An"}, {"phone": ""}]}
    for field in (DATA, CURRENT):
        assert isinstance(field, SealedLeavesField)
        kept = field.seal(LAN, said)
        assert kept["persons"][0]["full_name"] == "An"
        assert kept["address"].startswith(MARK)
        assert kept["persons"][0]["phone"].startswith(MARK)
        assert field.open(LAN, kept) == said
        with pytest.raises(SealBroken):
            field.open(TAM, kept)
        with pytest.raises(SealBroken):
            field.open(LAN, said)
    assert DATA.open(LAN, DATA.seal(LAN, {"persons": ({"phone": "0912"},)})) == {
        "persons": [{"phone": "0912"}]
    }
    assert DATA.open(LAN, None) is None


def test_a_fingerprint_under_its_veil_is_another_under_each_key() -> None:
    fingerprint = os.urandom(16)
    with override_settings(SEALING_KEYS=[BEFORE]):
        one = veiled(fingerprint)
        assert (one, len(one), unveiled(one)) == (veiled(fingerprint), 20, fingerprint)
    with override_settings(SEALING_KEYS=[TODAY]):
        assert veiled(fingerprint)[4:] != one[4:]
