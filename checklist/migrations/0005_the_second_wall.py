"""What was seen and holds of somebody is shown in scope only; tallies are sums, and open."""

from django.db import migrations

from base.scope import guard


class Migration(migrations.Migration):
    dependencies = [
        ("checklist", "0004_cells_in_one_number"),
        ("areas", "0001_areas"),
    ]
    operations = [
        guard("checklist_visit", "hamlet_id"),
        guard("checklist_observation", "hamlet_id"),
        guard("checklist_standing", "hamlet_id"),
    ]
