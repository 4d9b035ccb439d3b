"""The register of processing says what the code does, and every column that tells something has its class."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.test.utils import isolate_apps

from config import register


def test_every_column_that_tells_something_has_a_class() -> None:
    assert register.faults(register.models(), register.declared()) == []


def test_the_register_is_what_the_code_says() -> None:
    assert register.REGISTER.read_text(encoding="utf-8") == register.made(), "make privacy"


@isolate_apps("people")
def test_a_planted_column_and_a_planted_table_are_found() -> None:
    class Person(models.Model):
        full_name = models.TextField()
        religion = models.TextField()
        seen_at = models.DateTimeField()

        class Meta:
            app_label = "people"

    said: dict[str, Any] = register.declared()
    found = {"people.Person": Person, "people.Secret": Person}
    assert register.faults(found, said) == [
        *("people.Person.religion has no class", "people.Secret is not in docs/register/data.toml")
    ]
    endless = {k: v for k, v in said["tables"]["people.Person"].items() if k != "limits"}
    kept = {**said, "tables": {"people.Person": {**endless, "P2": ["full_name", "religion"]}}}
    assert register.faults({"people.Person": Person}, kept) == [
        "people.Person has 'no limit', which no job keeps"
    ]
    twice = {**said["tables"]["people.Person"], "P2": ["full_name", "religion"], "P1": ["full_name"]}
    assert register.faults({"people.Person": Person}, {**said, "tables": {"people.Person": twice}}) == [
        "people.Person.full_name has two classes"
    ]
