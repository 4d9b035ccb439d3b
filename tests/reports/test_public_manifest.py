"""What the public is told is signed by the house, so that whoever has it can check that nobody changed it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from unittest.mock import patch

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from accounts.models import AccessLink
from areas.queries import list_areas
from base.models import SYSTEM
from reports.actions import publish_figures, publishing
from reports.models import Release
from tests.accounts.noted import seal
from tests.village import COMMUNE, PROVINCE, an_id, calling

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 9, 3, 0, tzinfo=UTC)


def publish() -> None:
    with patch.object(publishing, "list_areas", lambda **given: list_areas(**given).filter(code=PROVINCE)):
        publish_figures(by=SYSTEM, at=MONDAY)


def plain(words: Any) -> bytes:
    """As anybody writes it who has read the description, without a line of ours."""
    return json.dumps(words, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def holds(told: Any, figures: Any) -> bool:
    """What somebody outside finds who has both answers."""
    if told["manifest"]["figures_sha256"] != sha256(plain(figures)).hexdigest():
        return False
    for key in told["keys"]:
        try:
            public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
            public.verify(bytes.fromhex(told["signature"]), b"san-sang-so words|" + plain(told["manifest"]))
        except InvalidSignature:
            continue
        return True
    return False


def answers() -> tuple[Any, Any]:
    return (
        calling().get("reports/public/manifest", area=PROVINCE).json,
        calling().get("reports/public", area=PROVINCE).json,
    )


def test_D_07_whoever_has_the_figures_can_check_that_the_house_has_signed_them() -> None:
    calling("an").get(f"people/persons/{an_id('lan')}")
    assert seal() >= 1
    publish()
    told, figures = answers()
    assert holds(told, figures)
    manifest = told["manifest"]
    assert (manifest["release"], manifest["on"]) == (f"{PROVINCE}-2026-11-08", "2026-11-08")
    assert (manifest["method"], manifest["interval"]) == ("reported/1", None)
    last = AccessLink.objects.exclude(signature=None).order_by("-seq")[0]
    assert manifest["audit_head"] == f"{PROVINCE}-{last.seq}-{bytes(last.hash).hex()[:16]}"
    assert calling().get("reports/public/manifest", area=COMMUNE).json == told, (
        "a commune's is its province's"
    )


def test_D_07_control_a_changed_number_or_word_is_found_outside() -> None:
    publish()
    told, figures = answers()
    assert not holds(told, {**figures, "on": "2026-11-01"})
    assert not holds({**told, "manifest": {**told["manifest"], "method": "audited/1"}}, figures)
    assert not holds({**told, "keys": ["00" * 32]}, figures)


@pytest.mark.parametrize("how", ["figures", "manifest", "both", "nothing signed"])
def test_D_07_what_the_house_has_not_signed_is_not_told(how: str, caplog: pytest.LogCaptureFixture) -> None:
    """Whoever changes the row in the database has no key."""
    publish()
    release = Release.objects.get()
    if how in ("figures", "both"):
        release.told["totals"][0] |= {"ready": 999, "due": 1000, "hidden": False}
    if how in ("manifest", "both"):
        release.manifest["figures_sha256"] = sha256(plain(release.told)).hexdigest()
        release.manifest["method"] = "audited/1"
    if how == "nothing signed":
        release.signature = None
    release.save()
    for door in ("reports/public", "reports/public/manifest"):
        assert calling().get(door, area=PROVINCE).status == 404
        assert calling().get(door, area=COMMUNE).status == 404
    assert ("not what was signed" in caplog.text) == (how != "nothing signed")


def test_a_release_of_before_there_were_signatures_is_made_again() -> None:
    publish()
    Release.objects.update(signature=None, manifest=None)
    publish()
    assert holds(*answers())
    assert Release.objects.count() == 1
