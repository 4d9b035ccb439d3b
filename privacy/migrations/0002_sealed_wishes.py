"""A phone that somebody wants corrected is sealed; backwards opens it again."""

import base.sealed.fields
import msgspec
from django.db import migrations

from base.sealed.rotating import rewrite

LEAF = """(wanted::text ~ '"phone": "~1')"""


def seal(apps, editor):
    _all(apps, f"NOT {LEAF}", lambda field, pk, wanted: field.seal(pk, wanted))


def unseal(apps, editor):
    _all(apps, LEAF, lambda field, pk, wanted: field.open(pk, wanted))


def _all(apps, where, turn):
    model = apps.get_model("privacy", "Request")
    field = model._meta.get_field("wanted")
    for _ in rewrite(model, [field], where, {}, lambda pk, kept: {"wanted": turn(field, pk, msgspec.json.decode(kept))}):
        pass


class Migration(migrations.Migration):

    # As people.0008.
    atomic = False

    dependencies = [
        ('privacy', '0001_the_requests'),
    ]

    operations = [
        migrations.AlterField('request', 'wanted', base.sealed.fields.SealedLeavesField(leaves=['phone'], null=True)),
        migrations.RunPython(seal, unseal),
    ]
