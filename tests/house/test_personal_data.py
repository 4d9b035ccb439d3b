"""Whatever tells of a person says where it belongs, and is fetched in somebody's sight."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from base.models import Scoped
from tests.house.sources import Source, rooms, source, sources

PERSONAL = ("accounts", "notices", "people", "checklist", "reports", "sync", "privacy")
PUBLIC_TEXTS = {
    "areas": "units are public",
    "guides": "texts for everybody, and counts that tell of nobody",
    "web": "pages; keeps nothing",
}
KEYS = ("areas.Area", "people.Household", "people.Person", "accounts.User")
THE_KEY_ITSELF = {
    "accounts.User": "somebody who signs in; the posts tell where",
    "accounts.AccessLink": "a hash and a number: the note tells where and of whom",
    "reports.SnapshotDay": "says of a day that its figures are kept, and tells of nobody",
    "people.Forgotten": "an id that is nobody's any more, and nothing else",
    "privacy.Breach": "counts, and by what data were exposed; whom it concerns is asked anew each time",
    "sync.Epoch": "one number for the whole database",
}
WORDS = (models.CharField, models.TextField, models.JSONField, models.UUIDField, models.DateField)


def faults(found: Iterable[type[models.Model]]) -> list[str]:
    """Models of personal rooms without a key to a person, household, account or area; those of a hamlet
    that cannot be asked in somebody's sight."""
    wrong = []
    for model in found:
        name = f"{model._meta.app_label}.{model.__name__}"
        tells = any(isinstance(field, WORDS) for field in model._meta.get_fields())
        keys = {str(field.name): _target(field) for field in model._meta.get_fields() if field.is_relation}
        if tells and name not in THE_KEY_ITSELF and not set(keys.values()) & set(KEYS):
            wrong.append(f"{name} belongs to nobody")
        if "hamlet" in keys and not isinstance(model._default_manager.all(), Scoped):
            wrong.append(f"{name} has no visible_to")
    return wrong


def _target(field: Any) -> str:
    """ "people.Person", whether or not the model is there."""
    target = field.related_model
    if isinstance(target, str):
        return target
    return f"{target._meta.app_label}.{target.__name__}" if not field.auto_created else ""


def unscoped(found: Iterable[Source]) -> list[str]:
    """Queries that hand out rows of a hamlet to somebody (`by`) and fetch them without his sight."""
    wrong = []
    for module in found:
        if module.part != "queries":
            continue
        for function in ast.walk(module.tree):
            if not isinstance(function, ast.FunctionDef) or "by" not in _names(function):
                continue
            text = ast.unparse(ast.Module(function.body, []))
            if ".objects" in text and not any(word in text for word in SIGHTS):
                wrong.append(f"{module.module}.{function.name}")
    return wrong


SIGHTS = ("visible_to(by)", "by.within(", "by.holds(", "by.sees(", "user_id=by.user_id", "_households(by)")
SIGHTS += (
    "_persons(by)",
    "_grantable(by)",
    "by.within_",
    "members_of(by",
    "by.nodes(",
    "[by.user_id]",
    "may_approve(by",
)


def _names(function: ast.FunctionDef) -> set[str]:
    given = function.args
    return {arg.arg for arg in (*given.args, *given.kwonlyargs)}


def test_every_personal_row_belongs_to_somebody_and_can_be_asked_in_sight() -> None:
    assert set(PERSONAL) == set(rooms()) - set(PUBLIC_TEXTS)
    assert faults(model for room in PERSONAL for model in apps.get_app_config(room).get_models()) == []


def test_every_query_for_somebody_is_fetched_in_his_sight() -> None:
    assert unscoped(sources()) == []


@isolate_apps("people")
def test_a_planted_model_of_nobody_is_found() -> None:
    class Note(models.Model):
        text = models.TextField()

        class Meta:
            app_label = "people"

    assert faults([Note]) == ["people.Note belongs to nobody"]


@isolate_apps("people")
def test_a_planted_model_without_sight_is_found() -> None:
    class Note(models.Model):
        text = models.TextField()
        hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")

        class Meta:
            app_label = "people"

    assert faults([Note]) == ["people.Note has no visible_to"]


@pytest.mark.parametrize(
    "body", ["return Person.objects.filter(pk=pk)", "return Person.objects.get(pk=pk).household"]
)
def test_a_planted_query_out_of_sight_is_found(body: str) -> None:
    planted = source("people.queries", f"def find_person(by, pk):\n    {body}")
    assert unscoped([planted]) == ["people.queries.find_person"]
