from django.db import migrations, models
from django.db.models import F


def keep_what_was_given(apps, schema_editor):
    """Devices and invitations of before keep the end they were promised."""
    apps.get_model("accounts", "Device").objects.update(token_until=F("expires_at"))
    apps.get_model("accounts", "Enrolment").objects.update(code_until=F("expires_at"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_the_accounts")]

    operations = [
        migrations.AddField("device", "token_until", models.DateTimeField(null=True)),
        migrations.AddField(
            "device", "family_hash", models.BinaryField(max_length=32, null=True, unique=True)
        ),
        migrations.AddField("device", "refresh_hash", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("device", "previous_hash", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("enrolment", "code_until", models.DateTimeField(null=True)),
        migrations.RunPython(keep_what_was_given, migrations.RunPython.noop),
        migrations.AlterField("device", "token_until", models.DateTimeField()),
        migrations.AlterField("enrolment", "code_until", models.DateTimeField()),
    ]
