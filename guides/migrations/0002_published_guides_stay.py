from django.db import migrations

# What is no draft is never changed: but for withdrawing it, which leaves every word as it was.
KEEP = """
CREATE FUNCTION guides_keep_guide() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.state <> 'draft' THEN
            RAISE EXCEPTION 'a published guide is kept' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN OLD;
    END IF;
    IF OLD.state = 'draft' THEN
        RETURN NEW;
    END IF;
    IF OLD.state = 'published' AND NEW.state = 'withdrawn'
        AND to_jsonb(NEW) - 'state' - 'withdrawn_at' = to_jsonb(OLD) - 'state' - 'withdrawn_at' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a published guide is not changed' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER guides_keep_guide BEFORE UPDATE OR DELETE ON guides_guide
    FOR EACH ROW EXECUTE FUNCTION guides_keep_guide();

CREATE FUNCTION guides_keep_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM guides_guide WHERE state <> 'draft'
        AND id IN (CASE WHEN TG_OP <> 'INSERT' THEN OLD.guide_id END, CASE WHEN TG_OP <> 'DELETE' THEN NEW.guide_id END)
    ) THEN
        RAISE EXCEPTION 'a step of a published guide is not changed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER guides_keep_step BEFORE INSERT OR UPDATE OR DELETE ON guides_step
    FOR EACH ROW EXECUTE FUNCTION guides_keep_step();

CREATE FUNCTION guides_keep_media() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a picture is kept under its content hash'
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER guides_keep_media BEFORE UPDATE ON guides_media
    FOR EACH ROW EXECUTE FUNCTION guides_keep_media();
"""
LET_GO = """
DROP TRIGGER guides_keep_guide ON guides_guide;
DROP FUNCTION guides_keep_guide();
DROP TRIGGER guides_keep_step ON guides_step;
DROP FUNCTION guides_keep_step();
DROP TRIGGER guides_keep_media ON guides_media;
DROP FUNCTION guides_keep_media();
"""


class Migration(migrations.Migration):
    dependencies = [("guides", "0001_the_guides")]
    operations = [migrations.RunSQL(KEEP, LET_GO)]
