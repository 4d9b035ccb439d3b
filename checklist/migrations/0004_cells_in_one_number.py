import django.contrib.postgres.fields
from django.db import migrations, models

# Eight digits a cell, the first cell last, as checklist.rules.cells has it on the day this was written.
PACK = """
UPDATE checklist_tally SET packed = (
    SELECT string_agg(lpad(n::text, 8, '0'), '' ORDER BY cell DESC)::numeric
    FROM unnest(cells) WITH ORDINALITY AS own(n, cell)
)
"""
UNPACK = """
UPDATE checklist_tally SET cells = (
    SELECT array_agg(substr(digits, 801 - 8 * cell, 8)::integer ORDER BY cell)
    FROM (SELECT lpad(packed::text, 800, '0') AS digits) AS own CROSS JOIN generate_series(1, 100) AS cell
)
"""


class Migration(migrations.Migration):

    dependencies = [
        ('checklist', '0003_tallies_of_a_day_and_steps'),
    ]

    operations = [
        migrations.AddField(
            model_name='tally',
            name='packed',
            field=models.DecimalField(decimal_places=0, default=0, max_digits=1000),
            preserve_default=False,
        ),
        # Only the way back uses the default.
        migrations.AlterField(
            model_name='tally',
            name='cells',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), default=list, size=None),
        ),
        migrations.RunSQL(PACK, UNPACK),
        migrations.RemoveField(model_name='tally', name='cells'),
        migrations.RenameField(model_name='tally', old_name='packed', new_name='cells'),
    ]
