"""Seals phones and addresses in work that is held; backwards opens them again."""

import msgspec
from django.db import migrations

from base.sealed.blind import hexadecimal, unveiled, veiled
from base.sealed.rotating import rewrite

LEAF = """({0}::text ~ '"(phone|address)": "~1')"""


def seal(apps, editor):
    _digests(apps, "octet_length(digest) = 16", veiled)
    _documents(apps, f"NOT {LEAF}", lambda field, pk, document: field.seal(pk, document))


def unseal(apps, editor):
    _digests(apps, "octet_length(digest) = 20", unveiled)
    _documents(apps, LEAF, lambda field, pk, document: field.open(pk, document))


def _digests(apps, where, turn):
    receipt = apps.get_model("sync", "Receipt")
    digest = receipt._meta.get_field("digest")
    for _ in rewrite(receipt, [digest], where, {}, lambda pk, kept: {"digest": hexadecimal(turn(kept))}):
        pass


def _documents(apps, where, turn):
    receipt = apps.get_model("sync", "Receipt")
    for field in (receipt._meta.get_field("data"), receipt._meta.get_field("current")):
        def turned(pk, kept, field=field):
            return {field.column: turn(field, pk, msgspec.json.decode(kept))}

        for _ in rewrite(receipt, [field], where.format(field.column), {}, turned):
            pass


class Migration(migrations.Migration):

    # As people.0008.
    atomic = False

    dependencies = [
        ('sync', '0003_sealed_columns'),
    ]

    operations = [migrations.RunPython(seal, unseal)]
