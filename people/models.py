"""Households, persons, the history of their fields, what left a hamlet, consents, and imports."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q

from base.models import Record, Scoped
from base.sealed import MARK, IndexField, SealedField, SealedLeavesField, VeiledField

_OF_PHONES = "field IN ('phone', 'address')"


def _is_sealed(column: str) -> Q:
    """The promise of the database: nothing is stored in this column as it was said."""
    return Q(**{column: ""}) | Q(**{f"{column}__startswith": MARK})


def _ground(name: str) -> models.CheckConstraint:
    """Nothing is kept of anybody without a ground: the authority's decision, or a consent."""
    grounded = Q(basis__isnull=False) | Q(consent__isnull=False)
    return models.CheckConstraint(condition=grounded, name=name)


def _restricted(name: str) -> models.CheckConstraint:
    """Who is restricted is in no list: whatever asks for those in the books passes him over."""
    hidden = Q(restricted_at=None) | Q(removed_at__isnull=False)
    return models.CheckConstraint(condition=hidden, name=name)


def _agreed(name: str) -> models.Index:
    return models.Index(fields=["consent"], name=name, condition=Q(consent__isnull=False))


def _basis() -> Any:
    """The decision that grounded the record when it was written."""
    return models.ForeignKey("areas.Basis", models.PROTECT, related_name="+", null=True, db_index=False)


def _consent() -> Any:
    """The consent that grounds the record; written with it, so the key is looked at when all is there."""
    return models.ForeignKey("people.Consent", models.PROTECT, related_name="+", null=True, db_index=False)


class Import(models.Model):
    """A roster: staged first, then applied once, perhaps undone."""

    id = models.UUIDField(primary_key=True)
    area = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    state = models.CharField(max_length=8)  # staged, applied, undone
    sha256 = models.CharField(max_length=64)
    columns = models.JSONField()
    ignored = models.JSONField()
    hamlets = models.JSONField()
    counts = models.JSONField()
    problems = models.JSONField()
    # Other sheets of the file that look like rosters: one sheet is read, none is lost without a word.
    unread = models.JSONField(default=list)
    # The households as understood; forgotten once applied or after seven days.
    staged = SealedLeavesField(leaves=("phone", "address"), null=True)
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True)
    staged_at = models.DateTimeField(db_index=True)
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)


class Household(Record):
    """A dwelling: one door to knock on. Several families, tenants and migrants are normal."""

    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    address = SealedField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    # How often its editors' phones have changed it: the greatest count that was told with an edit.
    edit = models.IntegerField(default=0, db_default=0)
    digest = VeiledField(max_length=20)
    source = models.ForeignKey(Import, models.PROTECT, related_name="+", null=True)
    basis = _basis()
    consent = _consent()
    removed_at = models.DateTimeField(null=True)
    restricted_at = models.DateTimeField(null=True)  # with everybody in it

    objects = Scoped.as_manager()

    class Meta:
        constraints = [
            _ground("household_grounded"),
            _restricted("household_restricted"),
            models.CheckConstraint(condition=_is_sealed("address"), name="address_sealed"),
        ]
        indexes = [
            models.Index(fields=["hamlet", "revision"], name="household_feed"),
            _agreed("household_agreed"),
        ]


class Person(Record):
    """Somebody who lives behind the door. `hamlet` repeats the household's, for sight and figures."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="persons")
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    full_name = models.CharField(max_length=100)
    search_key = models.CharField(max_length=100)
    sort_key = models.CharField(max_length=400, db_collation="C")
    birth_date = models.DateField(null=True)
    birth_year = models.SmallIntegerField(null=True)
    # The birthday that counts (1 July where only the year is known); NULL: age unknown, shown apart.
    born_on = models.DateField(null=True)
    sex = models.CharField(max_length=8)
    phone = SealedField(blank=True)
    # All that is ever shown of it, and what it is compared by.
    phone_end = models.CharField(max_length=3, blank=True)
    phone_index = IndexField(of="person.phone", max_length=33, null=True)
    relation = models.CharField(max_length=12)
    residence = models.CharField(max_length=12)
    presence = models.CharField(max_length=12)
    edit = models.IntegerField(default=0, db_default=0)  # as a household's
    digest = VeiledField(max_length=20)
    source = models.ForeignKey(Import, models.PROTECT, related_name="+", null=True)
    basis = _basis()
    consent = _consent()
    removed_at = models.DateTimeField(null=True)
    # He has asked that nobody works with his data: he has left the books, and may come back.
    restricted_at = models.DateTimeField(null=True)

    objects = Scoped.as_manager()

    class Meta:
        constraints = [
            _ground("person_grounded"),
            _restricted("person_restricted"),
            models.CheckConstraint(condition=_is_sealed("phone"), name="phone_sealed"),
        ]
        indexes = [
            _agreed("person_agreed"),
            models.Index(fields=["hamlet", "revision"], name="person_feed"),
            models.Index(fields=["hamlet", "search_key"], name="person_by_name"),
            GinIndex(SearchVector("search_key", config="simple"), name="person_by_words"),
            models.Index(
                fields=["phone_index"], name="person_by_phone", condition=Q(phone_index__isnull=False)
            ),
        ]


class Change(models.Model):
    """One field of a household or person: what it was, what somebody wanted, and whether it clashed.

    Both versions of a clash stay readable here; nothing is silently overwritten.
    """

    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+")
    household = models.ForeignKey(Household, models.CASCADE, related_name="+", null=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+", null=True)
    field = models.CharField(max_length=20)
    old = SealedField(only=_OF_PHONES)
    new = SealedField(only=_OF_PHONES)
    clashed = models.BooleanField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True)
    at = models.DateTimeField()

    objects = Scoped.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(field__in=["phone", "address"]) | (_is_sealed("old") & _is_sealed("new")),
                name="change_sealed",
            )
        ]


class Departure(models.Model):
    """What left a hamlet for another: the feed of the hamlet tells its phones the id, and nothing else."""

    pk = models.CompositePrimaryKey("hamlet_id", "record")
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    record = models.UUIDField()
    kind = models.CharField(max_length=10)  # household, person
    revision = models.BigIntegerField()

    objects = Scoped.as_manager()

    class Meta:
        indexes = [models.Index(fields=["hamlet", "revision"], name="departure_feed")]


class Consent(Record):
    """Somebody agreed, or agrees no longer, that his data are kept; never changed, the latest one holds."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    hamlet = models.ForeignKey("areas.Area", models.PROTECT, related_name="+", db_index=False)
    decision = models.CharField(max_length=10)
    text = models.CharField(max_length=20)  # which version of the text was shown or read out
    language = models.CharField(max_length=8)
    channel = models.CharField(max_length=8)
    witness = models.CharField(max_length=20)
    # SHA-256 of that text in that language (people.rules.consent_texts).
    text_hash = models.BinaryField(max_length=32, null=True)
    # Who agreed in the person's place: a minor's representative.
    representative = models.ForeignKey(Person, models.PROTECT, related_name="+", null=True, db_index=False)
    given_at = models.DateTimeField()
    by = models.ForeignKey("accounts.User", models.PROTECT, related_name="+", null=True, db_index=False)
    post = models.ForeignKey("accounts.Post", models.PROTECT, related_name="+", null=True, db_index=False)
    device = models.BigIntegerField(null=True)
    digest = models.BinaryField(max_length=16)

    objects = Scoped.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["hamlet", "revision"], name="consent_feed"),
            models.Index(
                fields=["representative"],
                name="consent_representative",
                condition=Q(representative__isnull=False),
            ),
        ]


class Forgotten(models.Model):
    """The ledger of erasures: an id that was somebody's, and when it was forgotten. No name, no place.

    Whatever brings the id again (a phone, a backup) is refused or erased anew.
    """

    record = models.UUIDField(primary_key=True)
    kind = models.CharField(max_length=10)  # household, person
    at = models.DateTimeField(db_index=True)
