"""The wall as it was; what is in scope is asked with the token, not by each policy: see base.scope."""

from django.db import migrations

from base.scope import guard_anew

OF_HAMLETS = (
    *("people_household", "people_person", "people_change", "people_departure", "people_consent"),
    *("checklist_visit", "checklist_observation", "checklist_standing", "privacy_request", "privacy_code"),
)


class Migration(migrations.Migration):
    dependencies = [
        ("privacy", "0003_the_breaches"),
        ("people", "0004_the_second_wall"),
        ("checklist", "0005_the_second_wall"),
        ("sync", "0002_the_second_wall"),
    ]
    operations = [
        *(guard_anew(table, "hamlet_id") for table in OF_HAMLETS),
        guard_anew("people_import", "area_id"),
        guard_anew("sync_receipt", "area_id", owned_by="user_id"),
    ]
