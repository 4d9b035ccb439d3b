"""Seals phones and addresses that were stored as they were said, batch by batch; backwards opens them again."""

import msgspec
from django.db import migrations, models

from base.sealed.blind import hexadecimal, unveiled, veiled
from base.sealed.rotating import rewrite

PLAIN, SEALED = "{0} <> '' AND left({0}, 2) <> '~1'", "left({0}, 2) = '~1'"
LEAF = """(staged::text ~ '"(phone|address)": "~1')"""
OF_PHONES = "field IN ('phone', 'address')"


def seal(apps, editor):
    for model in ("Household", "Person"):
        _digests(apps.get_model("people", model), "octet_length(digest) = 16", veiled)
    person = apps.get_model("people", "Person")
    phone, end, index = (person._meta.get_field(name) for name in ("phone", "phone_end", "phone_index"))
    _all(person, [phone, end, index], PLAIN.format("phone"), lambda pk, number, *_: {
        "phone": phone.seal(pk, number),
        "phone_end": number[-3:],
        "phone_index": hexadecimal(index.index(number)),
    })
    household = apps.get_model("people", "Household")
    address = household._meta.get_field("address")
    _all(household, [address], PLAIN.format("address"), lambda pk, text: {"address": address.seal(pk, text)})
    change = apps.get_model("people", "Change")
    for field in (change._meta.get_field("old"), change._meta.get_field("new")):
        where = f"{OF_PHONES} AND {PLAIN.format(field.column)}"
        _all(change, [field], where, lambda pk, text, field=field: {field.column: field.seal(pk, text)})
    _staged(apps, f"NOT {LEAF}", lambda field, pk, staged: field.seal(pk, staged))


def unseal(apps, editor):
    for model in ("Household", "Person"):
        _digests(apps.get_model("people", model), "octet_length(digest) = 20", unveiled)
    for name, columns, also in (
        ("Person", ["phone"], ""), ("Household", ["address"], ""), ("Change", ["old", "new"], f"{OF_PHONES} AND "),
    ):
        model = apps.get_model("people", name)
        for field in (model._meta.get_field(column) for column in columns):
            where = also + SEALED.format(field.column)
            _all(model, [field], where, lambda pk, kept, field=field: {field.column: field.open(pk, kept)})
    _staged(apps, LEAF, lambda field, pk, staged: field.open(pk, staged))


def _all(model, fields, where, turn):
    for _ in rewrite(model, fields, where, {}, turn):
        pass


def _digests(model, where, turn):
    digest = model._meta.get_field("digest")
    _all(model, [digest], where, lambda pk, kept: {"digest": hexadecimal(turn(kept))})


def _staged(apps, where, turn):
    model = apps.get_model("people", "Import")
    field = model._meta.get_field("staged")
    _all(model, [field], where, lambda pk, kept: {"staged": turn(field, pk, msgspec.json.decode(kept))})


class Migration(migrations.Migration):

    # Each batch is a transaction of its own, and what is sealed is left: killed, it is begun again.
    atomic = False

    dependencies = [
        ('people', '0007_sealed_columns'),
    ]

    operations = [
        migrations.RunPython(seal, unseal),
        migrations.AddConstraint(
            model_name='change',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('field__in', ['phone', 'address']), _negated=True), models.Q(models.Q(('old', ''), ('old__startswith', '~1'), _connector='OR'), models.Q(('new', ''), ('new__startswith', '~1'), _connector='OR')), _connector='OR'), name='change_sealed'),
        ),
        migrations.AddConstraint(
            model_name='household',
            constraint=models.CheckConstraint(condition=models.Q(('address', ''), ('address__startswith', '~1'), _connector='OR'), name='address_sealed'),
        ),
        migrations.AddConstraint(
            model_name='person',
            constraint=models.CheckConstraint(condition=models.Q(('phone', ''), ('phone__startswith', '~1'), _connector='OR'), name='phone_sealed'),
        ),
    ]
