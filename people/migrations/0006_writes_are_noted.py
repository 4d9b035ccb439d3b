from django.db import migrations

# Whoever writes, in whatever way: the statement that writes it writes the note of it, so that neither can be
# without the other. Who: the author that the row names, else he for whom the transaction runs (accounts.auth).
NOTE = """
INSERT INTO accounts_accessnote (at, area_id, user_id, device, act, rule, purpose, subjects)
SELECT statement_timestamp(), hamlet_id, coalesce(author, nullif(current_setting('app.asker', true), '')::uuid),
    nullif(current_setting('app.device', true), '')::bigint, {act}, '', '', array_agg(DISTINCT subject)
FROM ({written}) AS written GROUP BY hamlet_id, author
"""


def function(name: str, body: str) -> str:
    return f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} RETURN NULL; END $$;"


def noted(act: str, written: str) -> str:
    return NOTE.format(act=f"'{act}'", written=written) + ";"


REGISTERED = noted("person.register", "SELECT hamlet_id, NULL::uuid AS author, id AS subject FROM fresh")
# Who moves is noted where he was, and where he is.
CHANGED = noted(
    "person.change",
    "SELECT hamlet_id, NULL::uuid AS author, id AS subject FROM fresh "
    "UNION SELECT hamlet_id, NULL::uuid, id FROM gone",
)
ERASED = noted("person.erase", "SELECT hamlet_id, NULL::uuid AS author, id AS subject FROM gone")
# A move is noted with the persons who move.
OF_HOUSEHOLD = noted(
    "household.change",
    "SELECT fresh.hamlet_id, NULL::uuid AS author, fresh.id AS subject "
    "FROM fresh JOIN gone USING (id) WHERE fresh.hamlet_id = gone.hamlet_id",
)
CONSENTED = noted("consent.record", "SELECT hamlet_id, by_id AS author, person_id AS subject FROM fresh")
CLASHED = noted(
    "change.clashed",
    "SELECT NEW.hamlet_id, NEW.by_id AS author, coalesce(NEW.person_id, NEW.household_id) AS subject",
)
NOTES = f"""
{function("people_note_registered", REGISTERED)}
{function("people_note_changed", CHANGED)}
{function("people_note_erased", ERASED)}
{function("people_note_household", OF_HOUSEHOLD)}
{function("people_note_consent", CONSENTED)}
{function("people_note_clash", CLASHED)}
CREATE TRIGGER people_note_registered AFTER INSERT ON people_person
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION people_note_registered();
CREATE TRIGGER people_note_changed AFTER UPDATE ON people_person
    REFERENCING OLD TABLE AS gone NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION people_note_changed();
CREATE TRIGGER people_note_erased AFTER DELETE ON people_person
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION people_note_erased();
CREATE TRIGGER people_note_household AFTER UPDATE ON people_household
    REFERENCING OLD TABLE AS gone NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION people_note_household();
CREATE TRIGGER people_note_consent AFTER INSERT ON people_consent
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION people_note_consent();
CREATE TRIGGER people_note_clash AFTER INSERT ON people_change
    FOR EACH ROW WHEN (NEW.clashed) EXECUTE FUNCTION people_note_clash();
"""
FORGET = """
DROP FUNCTION people_note_registered() CASCADE;
DROP FUNCTION people_note_changed() CASCADE;
DROP FUNCTION people_note_erased() CASCADE;
DROP FUNCTION people_note_household() CASCADE;
DROP FUNCTION people_note_consent() CASCADE;
DROP FUNCTION people_note_clash() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [("people", "0005_grounds"), ("accounts", "0004_the_access_notes")]
    operations = [migrations.RunSQL(NOTES, FORGET)]
