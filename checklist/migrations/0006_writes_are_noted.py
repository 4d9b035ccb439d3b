from django.db import migrations

# As people.migrations has it: the statement that writes a fact writes the note of it.
NOTES = """
CREATE FUNCTION checklist_note_observed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO accounts_accessnote (at, area_id, user_id, device, act, rule, purpose, subjects)
    SELECT statement_timestamp(), hamlet_id, coalesce(by_id, nullif(current_setting('app.asker', true), '')::uuid),
        device, CASE WHEN withdraws THEN 'observation.retract' ELSE 'observation.record' END, '', '',
        array_agg(DISTINCT person_id)
    FROM (SELECT *, retracts_id IS NOT NULL AS withdraws FROM fresh) AS written
    GROUP BY hamlet_id, by_id, device, withdraws;
    RETURN NULL;
END $$;
CREATE TRIGGER checklist_note_observed AFTER INSERT ON checklist_observation
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION checklist_note_observed();

CREATE FUNCTION checklist_note_visited() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    INSERT INTO accounts_accessnote (at, area_id, user_id, device, act, rule, purpose, subjects)
    SELECT statement_timestamp(), hamlet_id, coalesce(by_id, nullif(current_setting('app.asker', true), '')::uuid),
        device, 'visit.record', '', '', array_agg(DISTINCT household_id)
    FROM fresh GROUP BY hamlet_id, by_id, device;
    RETURN NULL;
END $$;
CREATE TRIGGER checklist_note_visited AFTER INSERT ON checklist_visit
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION checklist_note_visited();
"""
FORGET = """
DROP FUNCTION checklist_note_observed() CASCADE;
DROP FUNCTION checklist_note_visited() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checklist", "0005_the_second_wall"),
        ("people", "0006_writes_are_noted"),
        ("accounts", "0004_the_access_notes"),
    ]
    operations = [migrations.RunSQL(NOTES, FORGET)]
