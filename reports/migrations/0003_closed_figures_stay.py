from django.db import migrations

# The figures of a closed period, and of a day that is over, are never changed again.
KEEP = """
CREATE FUNCTION reports_keep_figures() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'closed figures are not changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER reports_keep_period BEFORE UPDATE OR DELETE ON reports_period
    FOR EACH ROW EXECUTE FUNCTION reports_keep_figures();
CREATE TRIGGER reports_keep_figure BEFORE UPDATE OR DELETE ON reports_periodfigure
    FOR EACH ROW EXECUTE FUNCTION reports_keep_figures();
CREATE TRIGGER reports_keep_snapshot BEFORE UPDATE OR DELETE ON reports_snapshot
    FOR EACH ROW EXECUTE FUNCTION reports_keep_figures();
"""
LET_GO = """
DROP TRIGGER reports_keep_period ON reports_period;
DROP TRIGGER reports_keep_figure ON reports_periodfigure;
DROP TRIGGER reports_keep_snapshot ON reports_snapshot;
DROP FUNCTION reports_keep_figures();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_targets_and_snapshots")]
    operations = [migrations.RunSQL(KEEP, LET_GO)]
