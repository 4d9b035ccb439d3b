import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

# Every row becomes steps; who was due before the first day, a step on the first day. The cells are those of
# checklist.rules.cells on the day this was written.
STEPS = """
INSERT INTO checklist_tallystep (hamlet_id, day, cell, n)
WITH rule (item, state, cell, ready) AS (VALUES
    ('identity', 'none', 5, 0), ('identity', 'level1', 6, 0), ('identity', 'level2_granted', 7, 0),
    ('identity', 'level2_active', 8, 13), ('payment', 'none', 17, 0), ('payment', 'in_progress', 18, 0),
    ('payment', 'has', 19, 25), ('signature', 'none', 29, 0), ('signature', 'in_progress', 30, 0),
    ('signature', 'has', 31, 37), ('service_account', 'none', 41, 0), ('service_account', 'logged_in', 42, 49),
    ('service_account', 'submitted', 43, 49), ('smartphone', 'none', 53, 0),
    ('smartphone', 'shared_in_household', 54, 61), ('smartphone', 'own', 55, 61), ('own_sim', 'none', 65, 0),
    ('own_sim', 'relatives', 66, 0), ('own_sim', 'own', 67, 73), ('chip_card', 'none', 77, 0),
    ('chip_card', 'expired', 78, 0), ('chip_card', 'valid', 79, 85), ('safety', 'none', 89, 0),
    ('safety', 'briefed', 90, 97), ('safety', 'confirmed', 91, 97)
), held AS (
    SELECT hamlet_id, due_on, until_on, n, cell, ready, ready + evidence - 1 AS ready_cell
    FROM checklist_tally JOIN rule USING (item, state) WHERE due_on < '9999-12-31'
), step (hamlet_id, day, cell, n) AS (
    SELECT hamlet_id, date '2026-01-01', 1, n FROM checklist_headcount WHERE born_on = '9999-12-31'
    UNION ALL
    SELECT hamlet_id, greatest(date '2026-01-01', turns + CASE WHEN extract(day FROM born_on) = 29
        AND to_char(turns, 'MM-DD') = '02-28' THEN 1 ELSE 0 END), cell, n
    FROM checklist_headcount CROSS JOIN (VALUES (14, 2), (15, 3), (18, 4)) AS reached(age, cell)
    CROSS JOIN LATERAL (SELECT (born_on + make_interval(years => age))::date AS turns) AS birthday
    WHERE born_on < '9999-12-31'
    UNION ALL SELECT hamlet_id, due_on, cell, n FROM held
    UNION ALL SELECT hamlet_id, due_on, ready_cell, n FROM held WHERE ready > 0 AND until_on >= due_on
    UNION ALL SELECT hamlet_id, until_on + 1, ready_cell, -n FROM held
        WHERE ready > 0 AND until_on >= due_on AND until_on < '9999-12-31'
)
SELECT hamlet_id, day, cell, sum(n) FROM step GROUP BY 1, 2, 3 HAVING sum(n) <> 0 ORDER BY 1, 2, 3
"""
# What is so on the first day is in the tally alone.
LEVELS = """
WITH first AS (
    DELETE FROM checklist_tallystep WHERE day = '2026-01-01' RETURNING hamlet_id, cell, n
)
INSERT INTO checklist_tally (hamlet_id, day, cells)
SELECT hamlet_id, '2026-01-01', array_agg(coalesce(n, 0) ORDER BY cell)
FROM (SELECT DISTINCT hamlet_id FROM checklist_tallystep) AS hamlet CROSS JOIN generate_series(1, 100) AS cell
LEFT JOIN first USING (hamlet_id, cell) GROUP BY hamlet_id
"""


class Migration(migrations.Migration):

    dependencies = [
        ('areas', '0002_codes_by_byte'),
        ('checklist', '0002_visits_to_households'),
    ]

    operations = [
        migrations.CreateModel(
            name='TallyStep',
            fields=[
                ('pk', models.CompositePrimaryKey('hamlet_id', 'day', 'cell', blank=True, editable=False, primary_key=True, serialize=False)),
                ('day', models.DateField()),
                ('cell', models.SmallIntegerField()),
                ('n', models.IntegerField()),
                ('hamlet', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='areas.area')),
            ],
        ),
        migrations.RunSQL(STEPS),
        migrations.DeleteModel(name='Headcount'),
        migrations.DeleteModel(name='Tally'),
        migrations.CreateModel(
            name='Tally',
            fields=[
                ('hamlet', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='+', serialize=False, to='areas.area')),
                ('day', models.DateField()),
                ('cells', django.contrib.postgres.fields.ArrayField(base_field=models.IntegerField(), size=None)),
            ],
        ),
        migrations.RunSQL(LEVELS),
    ]
