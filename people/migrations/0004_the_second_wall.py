"""Households, persons and what is kept about them are shown in scope only."""

from django.db import migrations

from base.scope import guard, within

# Words of a name are looked up before the wall: behind it no index may serve them, for the comparison could
# tell what it was asked about (it is not leakproof). So the function runs as the owner, and asks for the scope.
_NAMED = f"""
CREATE FUNCTION people_named(words tsquery, patterns text[]) RETURNS SETOF uuid
LANGUAGE sql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path FROM CURRENT
AS $$
SELECT household_id FROM people_person
WHERE removed_at IS NULL AND to_tsvector('simple', coalesce(search_key, '')) @@ words
    AND full_name ~ ALL(patterns) AND {within("hamlet_id")}
$$
"""  # noqa: S608 - put together from constants


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0003_moves_consents_edits"),
        ("areas", "0001_areas"),
    ]
    operations = [
        guard("people_household", "hamlet_id"),
        guard("people_person", "hamlet_id"),
        guard("people_change", "hamlet_id"),
        guard("people_departure", "hamlet_id"),
        guard("people_consent", "hamlet_id"),
        guard("people_import", "area_id"),
        migrations.RunSQL(_NAMED, "DROP FUNCTION people_named"),
    ]
