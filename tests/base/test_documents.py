"""A list is read document by document, alone or under a member of an object: whatever stands in one place
of it, the others are read as if it were not there."""

from __future__ import annotations

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from base.api import BodyTooLarge, Documents
from base.errors import Refusal
from tests.poison import bodies

quick = settings(derandomize=True, database=None, deadline=None, max_examples=150)


class Commands(Documents):
    member = "commands"


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
scalars = st.none() | st.booleans() | st.integers(-(2**53), 2**53) | texts
values = st.recursive(
    scalars | st.text('\\"[]{},:/ \t\n', max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
# Each way to write a document: tight or with blanks, letters as they are or escaped.
ways = st.tuples(st.sampled_from([None, 1]), st.booleans())
blanks = st.text(" \t\r\n", max_size=2).map(str.encode)
GOOD = {"id": "0190", "kind": "visit.record", "data": {"household": "0191", "persons": [{"name": "Lan"}]}}
WITHOUT_END = {"half a document", "100,000 lists", "100,000 objects", "1 MiB and one byte", "3 MiB"}
# Alone these are documents, only not the ones that were asked for: that is judged later.
READABLE = {"a list", "a list of lists", "a text", "a number", "null", "nothing"}
POISONS = [
    poison.body
    for poison in bodies(GOOD)
    if poison.media_type == "application/json" and poison.name not in WITHOUT_END | READABLE
]


def written(document: Any, way: tuple[int | None, bool]) -> bytes:
    return json.dumps(document, indent=way[0], ensure_ascii=way[1]).encode()


def alone(body: bytes) -> Any:
    return Documents().parse(BytesIO(body))


def under_member(body: bytes) -> Any:
    return Commands().parse(BytesIO(body))


def refuses(poison: bytes) -> bool:
    try:
        alone(poison)
    except Refusal:
        return True
    return False


REFUSED = [poison for poison in POISONS if refuses(poison)]


def test_there_are_many_poisons_and_most_cannot_be_read() -> None:
    assert len(REFUSED) > 60


@quick
@given(
    st.lists(st.tuples(values, ways), max_size=8), st.sampled_from(REFUSED), st.integers(0, 8), blanks, blanks
)
def test_beside_any_poison_the_good_ones_are_read_as_they_are(
    good: list[tuple[Any, tuple[int | None, bool]]], poison: bytes, place: int, before: bytes, after: bytes
) -> None:
    pieces = [written(*document) for document in good]
    place = min(place, len(pieces))
    pieces.insert(place, poison)
    a_list = before + b"[" + after + (after + b"," + before).join(pieces) + b"]" + after
    for found in (
        alone(a_list),
        under_member(
            b'{"batch": 7,' + before + b'"commands"' + after + b":" + a_list + b',"sent_at":{"a":[1]}}'
        )["commands"],
    ):
        assert isinstance(found.pop(place), Refusal)
        assert found == [json.loads(written(*document)) for document in good]


@quick
@given(values, st.dictionaries(texts.filter(lambda name: name != "commands"), values, max_size=4))
def test_what_can_be_read_is_read_as_json_reads_it(document: Any, around: dict[str, Any]) -> None:
    assert alone(json.dumps([document]).encode()) == [document]
    whole = {**around, "commands": [document]}
    assert under_member(json.dumps(whole).encode()) == whole


@quick
@given(st.dictionaries(texts.filter(lambda name: name != "commands"), values, max_size=4))
def test_what_stands_round_a_poisoned_list_is_read_as_it_is(around: dict[str, Any]) -> None:
    body = json.dumps({**around, "commands": ["@"]}).encode().replace(b'["@"]', b'[{"a": NaN}, 1]')
    found = under_member(body)
    assert found.pop("commands")[1:] == [1]
    assert found == around


POISONED = b'[{"a": NaN}, {"b": 1}]'


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'{"batch": NaN, "commands": []}', "body.json"),
        (b'{"batch": "\\u0000", "commands": %s}' % POISONED, "body.text"),
        (b'{"batch": 1, "batch": 2, "commands": %s}' % POISONED, "body.field_twice"),
        (b'{"commands": %s, "commands": []}' % POISONED, "body.field_twice"),
        (b'{"commands": [], "commands": %s}' % POISONED, "body.json"),
        (b'{"batch": %s, "commands": %s}' % (b"[" * 30 + b"]" * 30, POISONED), "body.too_deep"),
        (b'{"data": {"commands": %s}}' % POISONED, "body.json"),
        (b'["commands", %s]' % POISONED, "body.json"),
        (b'["commands": %s]' % POISONED, "body.json"),
        (b'{"kind": "commands", "data": %s}' % POISONED, "body.json"),
        (b'{"commands": {"commands": %s}}' % POISONED, "body.json"),
        (b'{"commands": NaN}', "body.json"),
        (b'{"commands" %s}' % POISONED, "body.json"),
        (b'{"commands": %s} {}' % POISONED, "body.json"),
        (b'{"commands": %s,}' % POISONED, "body.json"),
        (b"%s" % POISONED, "body.json"),
        (b'\xef\xbb\xbf{"commands": %s}' % POISONED, "body.json"),
        ('{"commands": [NaN, {"b": 1}]}'.encode("utf-16"), "body.json"),
    ],
)
def test_what_stands_round_the_list_is_read_strictly(body: bytes, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        under_member(body)
    assert refused.value.code == code


@pytest.mark.parametrize("name", [b'"commands"', b'"\\u0063ommands"', b'"com\\u006dands"'])
def test_the_member_is_known_however_its_name_is_written(name: bytes) -> None:
    found = under_member(b'{"a": "commands", "b": ["commands", {"commands": 1}], %s : %s}' % (name, POISONED))
    assert isinstance(found["commands"][0], Refusal)
    assert found["commands"][1:] == [{"b": 1}]


@pytest.mark.parametrize("read", [alone, under_member])
def test_a_body_cut_off_anywhere_is_refused_as_a_whole(read: Any) -> None:
    body = POISONED if read is alone else b'{"batch": 1, "commands": %s, "sent_at": 2}' % POISONED
    assert read(body)
    for end in range(len(body)):
        with pytest.raises(Refusal):
            read(body[:end])


@pytest.mark.parametrize("one_poisoned", [False, True])
def test_more_than_500_are_too_many(one_poisoned: bool) -> None:
    def body(number: int) -> bytes:
        documents = [b'{"a": NaN}' if one_poisoned else b"{}", *[b"{}"] * (number - 1)]
        return b"[" + b",".join(documents) + b"]"

    around = b'{"batch": 1, "commands": %s}'
    assert len(alone(body(500))) == len(under_member(around % body(500))["commands"]) == 500
    for read, many in ((alone, body(501)), (under_member, around % body(501))):
        with pytest.raises(BodyTooLarge):
            read(many)


def test_the_limits_hold_for_each_document_and_not_for_the_list() -> None:
    """A command nested as deep as a document may be is read, though the batch nests it deeper."""
    deep = b'{"a":' * 20 + b"1" + b"}" * 20
    deeper = b'{"a":%s}' % deep
    wide = b"{%s}" % b",".join(b'"k%d":1' % n for n in range(501))
    found = under_member(b'{"commands": [%s]}' % b",".join([deep, deeper, wide, deep]))["commands"]
    assert [one.code if isinstance(one, Refusal) else one for one in found] == [
        json.loads(deep),
        "body.too_deep",
        "body.too_many_fields",
        json.loads(deep),
    ]


@pytest.mark.parametrize("read", [alone, under_member])
def test_more_than_a_mebibyte_is_too_much(read: Any) -> None:
    around = b"%s" if read is alone else b'{"commands": %s}'
    with pytest.raises(BodyTooLarge):
        read(around % (b'[{"a": NaN}, "%s"]' % (b"x" * 1024 * 1024)))


@pytest.mark.parametrize("member", [None, 1, "text", {}, {"commands": 1}])
def test_a_member_that_is_no_list_is_left_to_the_shape(member: Any) -> None:
    assert under_member(json.dumps({"commands": member}).encode()) == {"commands": member}
    assert under_member(b'{"batch": 1}') == {"batch": 1}
    assert under_member(b"7") == 7
