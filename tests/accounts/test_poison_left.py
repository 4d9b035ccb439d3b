"""Poison that the bricks below all rooms do not refuse yet; empty `poison.LEFT` when they do."""

from __future__ import annotations

import pytest

from tests import poison
from tests.village import calling


@pytest.mark.django_db
@pytest.mark.xfail(strict=True, reason="base.api: a body that is no object, a surrogate named twice: 500")
@pytest.mark.parametrize("name", poison.LEFT)
def test_a_body_that_is_no_object_is_refused(name: str) -> None:
    found = [dose for dose in poison.bodies({"code": "x"}) if dose.name.startswith(name)]
    assert found
    for dose in found:
        reply = calling().call("POST", "accounts/enrol", dose.body, content_type=dose.media_type)
        poison.refused(reply, dose)
