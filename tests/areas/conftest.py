"""The place of these stories: Xã Ba Tơ and its neighbour Xã Ba Tô, both without hamlets."""

from __future__ import annotations

import pytest

from areas.models import Area


@pytest.fixture
def commune(db: None) -> Area:
    return Area.objects.select_related("parent").get(scheme="2025", level="commune", code="21484")


@pytest.fixture
def neighbour(db: None) -> Area:
    return Area.objects.select_related("parent").get(scheme="2025", level="commune", code="21523")
