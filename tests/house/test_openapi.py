"""The API is what docs/api.yaml says: it only grows, and every change of it is seen in a review."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import path
from drf_spectacular.drainage import reset_generator_stats
from drf_spectacular.management.commands.spectacular import SchemaGenerationError
from rest_framework.request import Request
from rest_framework.response import Response

from base.api import Door
from config.urls import urlpatterns
from tests.house.sources import ROOT

SNAPSHOT = ROOT / "docs" / "api.yaml"


def generated(folder: Path, urlconf: str | None = None) -> str:
    """The description of the API; raises at any warning."""
    reset_generator_stats()
    file = folder / "api.yaml"
    call_command("spectacular", validate=True, fail_on_warn=True, file=str(file), urlconf=urlconf)
    return file.read_text(encoding="utf-8")


class Undescribed(Door):
    def get(self, request: Request) -> Response:
        return Response({})


@pytest.fixture
def planted(monkeypatch: pytest.MonkeyPatch) -> str:
    """A URL conf with a door that nobody described."""
    module: Any = ModuleType("tests.house.planted_urls")
    module.urlpatterns = [*urlpatterns, path("api/v1/people/all", Undescribed.as_view())]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    return str(module.__name__)


def test_the_api_is_what_its_snapshot_says(tmp_path: Path) -> None:
    assert generated(tmp_path) == SNAPSHOT.read_text(encoding="utf-8"), (
        "after a change that was meant: make api"
    )


def test_a_planted_door_without_a_description_is_found(tmp_path: Path, planted: str) -> None:
    with pytest.raises(SchemaGenerationError):
        generated(tmp_path, planted)
