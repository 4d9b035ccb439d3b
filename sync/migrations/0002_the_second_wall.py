"""What a phone said is shown to whoever said it, and to the place that holds it."""

from django.db import migrations

from base.scope import guard


class Migration(migrations.Migration):
    dependencies = [
        ("sync", "0001_the_protocol"),
        ("areas", "0001_areas"),
    ]
    operations = [
        guard("sync_receipt", "area_id", owned_by="user_id"),
    ]
