from datetime import UTC, datetime

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NEVER = datetime(9999, 12, 31, tzinfo=UTC)


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_tokens_that_rotate")]

    operations = [
        migrations.AddField("device", "proved_at", models.DateTimeField(null=True)),
        migrations.AddField("device", "otp_at", models.DateTimeField(null=True)),
        migrations.CreateModel(
            "Totp",
            [
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("secret", models.TextField()),
                ("last_step", models.BigIntegerField()),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            "RecoveryCode",
            [
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code_hash", models.BinaryField(max_length=32, unique=True)),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.AddField("post", "for_approval", models.BooleanField(default=False)),
        migrations.AddField(
            "post",
            "approved_by",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            "post",
            models.CheckConstraint(
                condition=models.Q(for_approval=False) | models.Q(from_at__gte=NEVER, approved_by=None),
                name="post_waits_for_two",
            ),
        ),
        migrations.AddConstraint(
            "post",
            models.CheckConstraint(
                condition=models.Q(approved_by=None) | ~models.Q(approved_by=models.F("granted_by")),
                name="post_given_by_two",
            ),
        ),
    ]
