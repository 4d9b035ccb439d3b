"""The phones of accounts and invitations are sealed; backwards opens them again. The secrets of authenticators,
sealed already, are sealed as everything is, so that their key is changed with the others."""

from contextlib import suppress
from os import urandom

import base.sealed.blind
import base.sealed.fields
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import migrations, models

from base.sealed.blind import hexadecimal
from base.sealed.rotating import rewrite


def seal(apps, editor):
    user, enrolment = apps.get_model("accounts", "User"), apps.get_model("accounts", "Enrolment")
    phone, index = user._meta.get_field("phone"), user._meta.get_field("phone_index")
    _all(user, [phone, index], lambda pk, number, _: {
        "phone": phone.seal(pk, number), "phone_index": hexadecimal(index.index(number)),
    })
    invited = enrolment._meta.get_field("phone")
    _all(enrolment, [invited], lambda pk, number: {"phone": invited.seal(pk, number)})
    _secrets(apps)


def _ciphers():
    """Of the form before, which did not tell its key."""
    keys = [HKDF(SHA256(), 32, None, b"accounts_totp.secret").derive(key.encode()) for key in settings.SEALING_KEYS]
    return [AESGCM(key) for key in keys]


def _secrets(apps):
    totp = apps.get_model("accounts", "Totp")
    field = totp._meta.get_field("secret")

    def turn(pk, kept):
        sealed = bytes.fromhex(kept)
        for cipher in _ciphers():
            with suppress(InvalidTag):
                return {"secret": field.seal(pk, cipher.decrypt(sealed[:12], sealed[12:], pk.bytes).hex())}

    _all(totp, [field], turn, "left(secret, 2) <> '~1'")


def unseal(apps, editor):
    for name in ("User", "Enrolment"):
        model = apps.get_model("accounts", name)
        field = model._meta.get_field("phone")
        turn = lambda pk, kept, field=field: {"phone": field.open(pk, kept)}
        _all(model, [field], turn, "left(phone, 2) = '~1'")
    totp = apps.get_model("accounts", "Totp")
    secret = totp._meta.get_field("secret")

    def before(pk, kept):
        nonce = urandom(12)
        plain = bytes.fromhex(secret.open(pk, kept))
        return {"secret": (nonce + _ciphers()[0].encrypt(nonce, plain, pk.bytes)).hex()}

    _all(totp, [secret], before, "left(secret, 2) = '~1'")


def _all(model, fields, turn, where="left(phone, 2) <> '~1'"):
    for _ in rewrite(model, fields, where, {}, turn):
        pass


class Migration(migrations.Migration):

    # As people.0008.
    atomic = False

    dependencies = [
        ('accounts', '0004_the_access_notes'),
    ]

    operations = [
        migrations.AlterField('totp', 'secret', base.sealed.fields.SealedField()),
        migrations.AlterField('user', 'phone', base.sealed.fields.SealedField(unique=True, verbose_name='số điện thoại')),
        migrations.AlterField('enrolment', 'phone', base.sealed.fields.SealedField()),
        migrations.AddField('user', 'phone_index', base.sealed.blind.IndexField(of='account.phone', max_length=33, null=True, editable=False)),
        migrations.RunPython(seal, unseal),
        migrations.AlterField('user', 'phone_index', base.sealed.blind.IndexField(of='account.phone', max_length=33, unique=True, editable=False)),
        migrations.AddConstraint('user', models.CheckConstraint(condition=models.Q(('phone__startswith', '~1')), name='account_phone_sealed')),
        migrations.AddConstraint('enrolment', models.CheckConstraint(condition=models.Q(('phone__startswith', '~1')), name='enrolment_phone_sealed')),
    ]
