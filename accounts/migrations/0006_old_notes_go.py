"""What is past its two years may be dropped by the role that serves, who else deletes nothing of the log."""

from django.db import migrations

# By the owner's right: the triggers refuse whatever is younger, and the end up to which is dropped stays, signed,
# as the beginning of what is kept.
DROP = """
CREATE FUNCTION accounts_drop_notes(of_province bigint, up_to bigint) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path FROM CURRENT AS $$
DECLARE dropped bigint;
BEGIN
    IF NOT EXISTS (
        SELECT FROM accounts_accesslink WHERE province = of_province AND seq = up_to AND signature IS NOT NULL
            AND sealed_at < statement_timestamp() - interval '24 months'
    ) THEN
        RAISE EXCEPTION 'no end that was signed two years ago' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    DELETE FROM accounts_accessnote note USING accounts_accesslink link
        WHERE link.province = of_province AND link.seq <= up_to AND note.id = link.note_id;
    GET DIAGNOSTICS dropped = ROW_COUNT;
    DELETE FROM accounts_accesslink WHERE province = of_province AND seq < up_to;
    RETURN dropped;
END $$;
REVOKE ALL ON FUNCTION accounts_drop_notes(bigint, bigint) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_sealed_phones")]
    operations = [migrations.RunSQL(DROP, "DROP FUNCTION accounts_drop_notes(bigint, bigint)")]
