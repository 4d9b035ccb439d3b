"""The bodies and answers of the doors of people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rest_framework import serializers

from base.api import Id, Strict, Text
from people.rules.consents import Channel, Decision, Witness
from people.rules.persons import RELATIONS, Presence, Residence, Sex

SEXES = [sex.value for sex in Sex]
RESIDENCES = [residence.value for residence in Residence]
PRESENCES = [presence.value for presence in Presence]
MOST_EDITS = 2**31 - 1


class StandingShape(Strict):
    item = serializers.CharField()
    kind = serializers.CharField()
    state = serializers.CharField()
    evidence = serializers.CharField()
    observed_at = serializers.DateTimeField()
    expires_on = serializers.DateField(allow_null=True)
    ready = serializers.BooleanField()
    contested = serializers.BooleanField()
    stale = serializers.BooleanField()


class PersonFields(Strict):
    """What may be said of a person; there is no field for an ID number, ethnicity, a bank or a note."""

    full_name = Text(max_length=100)
    birth_date = serializers.DateField(required=False, allow_null=True)
    birth_year = serializers.IntegerField(required=False, allow_null=True, min_value=1800, max_value=9999)
    sex = serializers.ChoiceField(choices=SEXES, required=False)
    phone = Text(max_length=30, required=False, allow_blank=True)
    relation = serializers.ChoiceField(choices=RELATIONS, required=False)
    residence = serializers.ChoiceField(choices=RESIDENCES, required=False)
    presence = serializers.ChoiceField(choices=PRESENCES, required=False)


# With its offset: a time of the wall is no instant (no docstring: it would describe the field).
class Instant(serializers.DateTimeField):
    def enforce_timezone(self, value: datetime) -> datetime:
        if value.tzinfo is None:
            self.fail("invalid", format="YYYY-MM-DDThh:mm[:ss[.uuuuuu]](+HH:MM|Z)")
        return super().enforce_timezone(value)


class ConsentBody(Strict):
    """What somebody decided about his data; never changed. Nothing has a default: who was not asked has no
    consent."""

    id = Id(help_text="Minted by who writes it down (UUIDv7)")
    decision = serializers.ChoiceField(choices=[word.value for word in Decision])
    text = Text(max_length=20, help_text="Which version of the text was shown or read out")
    language = Text(max_length=8, help_text="In which language: vi, tay, hmn...")
    channel = serializers.ChoiceField(choices=[word.value for word in Channel])
    witness = serializers.ChoiceField(choices=[word.value for word in Witness])
    given_at = Instant()
    representative = serializers.UUIDField(
        required=False, allow_null=True, help_text="The adult of the hamlet who agreed for a minor"
    )


class ConsentShape(ConsentBody):
    person = serializers.UUIDField()
    text_hash = serializers.CharField(allow_null=True, help_text="SHA-256 of that text in that language")
    by = serializers.UUIDField(allow_null=True)
    recorded_at = serializers.DateTimeField()
    revision = serializers.IntegerField()


class ConsentTextShape(Strict):
    version = serializers.CharField()
    language = serializers.CharField()
    text = serializers.CharField()
    hash = serializers.CharField()
    latest = serializers.BooleanField()


class ConsentTextsShape(Strict):
    results = ConsentTextShape(many=True)


class PersonBody(PersonFields):
    id = Id()
    consent = ConsentBody(
        required=False,
        help_text="Where the area has no decision of its authority nobody is written down without",
    )


class PersonShape(PersonFields):
    id = serializers.UUIDField()
    household = serializers.UUIDField()
    consent = serializers.ChoiceField(choices=["not_asked", "given"])
    edit = serializers.IntegerField()
    revision = serializers.IntegerField()
    standings = StandingShape(many=True)


class HouseholdBody(Strict):
    id = Id()
    hamlet = Text(max_length=16)
    address = Text(max_length=200, required=False, allow_blank=True)
    language = Text(max_length=8, required=False, allow_blank=True)
    persons = PersonBody(many=True, required=False, max_length=100)  # type: ignore[call-arg]  # the list's


class HouseholdShape(Strict):
    id = serializers.UUIDField()
    hamlet = serializers.CharField()
    head = serializers.CharField(allow_null=True)
    address = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    edit = serializers.IntegerField()
    revision = serializers.IntegerField()
    persons = PersonShape(many=True)


class HouseholdRow(Strict):
    id = serializers.UUIDField()
    hamlet = serializers.CharField()
    head = serializers.CharField(allow_null=True)
    address = serializers.CharField(allow_blank=True)
    language = serializers.CharField(allow_blank=True)
    edit = serializers.IntegerField()
    revision = serializers.IntegerField()
    adults = serializers.IntegerField(help_text="Present adults; who is of unknown age may be one")
    ready = serializers.IntegerField(help_text="Present adults who hold all that is due")


class HouseholdsShape(Strict):
    results = HouseholdRow(many=True)
    next = serializers.CharField(allow_null=True)


class PersonsShape(Strict):
    results = PersonShape(many=True)
    next = serializers.CharField(allow_null=True)


class HouseholdsQuery(Strict):
    area = Text(required=False, max_length=16)
    q = Text(required=False, max_length=100)
    readiness = serializers.ChoiceField(choices=["ready", "partly", "none"], required=False)
    follow_up = serializers.BooleanField(required=False, allow_null=True, default=None)
    cursor = Text(required=False, max_length=1000)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)


class HouseholdSet(Strict):
    address = Text(max_length=200, required=False, allow_blank=True)
    language = Text(max_length=8, required=False, allow_blank=True)


class _Edit(Strict):
    edit = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MOST_EDITS,
        help_text="How often this phone has edited the record",
    )


class HouseholdEdit(_Edit):
    """`base`: the values the editor saw; `set`: the values he wants."""

    base = HouseholdSet()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "set": HouseholdSet()}  # "set" is a Python name


class PersonSet(PersonFields):
    full_name = Text(max_length=100, required=False)


class PersonEdit(_Edit):
    """`base`: the values the editor saw; `set`: the values he wants."""

    base = PersonSet()

    def get_fields(self) -> dict[str, Any]:
        return {**super().get_fields(), "set": PersonSet()}


class MoveBody(Strict):
    hamlet = Text(max_length=16, help_text="Where the household lives from now on")


class ConsentsShape(Strict):
    results = ConsentShape(many=True)
    next = serializers.CharField(allow_null=True)


class ConsentsQuery(Strict):
    cursor = Text(required=False, max_length=1000)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)


class DuplicatesQuery(Strict):
    area = Text(max_length=16, help_text="A commune or a hamlet")
    cursor = Text(required=False, max_length=1000)
    limit = serializers.IntegerField(required=False, min_value=1, max_value=200)


class PersonInBrief(Strict):
    id = serializers.UUIDField()
    household = serializers.UUIDField()
    hamlet = serializers.CharField()
    full_name = serializers.CharField()
    birth_year = serializers.IntegerField(allow_null=True)
    sex = serializers.ChoiceField(choices=SEXES)
    phone = serializers.CharField(help_text="Its last three digits")


class DuplicateShape(PersonInBrief):
    others = PersonInBrief(many=True, help_text="Who has the same phone in another household; 20 at most")


class DuplicatesShape(Strict):
    results = DuplicateShape(many=True)
    next = serializers.CharField(allow_null=True)


class ImportBody(Strict):
    area = Text(max_length=16)
    file = serializers.FileField()


class HamletOfImport(Strict):
    name = serializers.CharField()
    code = serializers.CharField(allow_null=True, help_text="null: proposed, made when applied")


class ImportCounts(Strict):
    rows = serializers.IntegerField()
    households = serializers.IntegerField()
    persons = serializers.IntegerField()
    new = serializers.IntegerField()
    matched = serializers.IntegerField()
    refused = serializers.IntegerField()
    duplicates = serializers.IntegerField()


class ImportProblem(Strict):
    row = serializers.IntegerField(help_text="Row number in the sheet")
    column = serializers.CharField(allow_null=True)
    code = serializers.CharField()
    message = serializers.CharField()
    refused = serializers.BooleanField(help_text="true: the row is left out; false: only a warning")


class ImportShape(Strict):
    id = serializers.UUIDField()
    area = serializers.CharField()
    state = serializers.ChoiceField(choices=["staged", "applied", "undone"])
    columns = serializers.DictField(child=serializers.CharField())
    ignored = serializers.ListField(child=serializers.CharField())
    hamlets = HamletOfImport(many=True)
    counts = ImportCounts()
    problems = ImportProblem(many=True)
    unread_sheets = serializers.ListField(
        child=serializers.CharField(), help_text="Other sheets that look like rosters; send them apart"
    )


class UndoneShape(ImportShape):
    removed = serializers.IntegerField()
    kept = serializers.IntegerField()
