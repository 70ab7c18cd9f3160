"""The database itself keeps licences: grants and endings are only added, never after an exclusive one."""

from django.db import migrations

APPEND_ONLY = ("licensing_licencegrant", "licensing_licenceending")

REFUSE = """
CREATE FUNCTION licensing_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
"""

GRANTS = """
CREATE FUNCTION licensing_check_grant() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    sold_at timestamptz;
    terms_exclusive boolean;
BEGIN
    SELECT sold_exclusively_at INTO sold_at FROM licensing_workrights WHERE work_id = NEW.work_id FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'work % has no rights row', NEW.work_id USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF sold_at IS NOT NULL
        OR EXISTS (SELECT 1 FROM licensing_licencegrant WHERE work_id = NEW.work_id AND is_exclusive) THEN
        RAISE EXCEPTION 'work % is sold exclusively', NEW.work_id USING ERRCODE = 'exclusion_violation';
    END IF;
    SELECT is_exclusive INTO terms_exclusive FROM licensing_licenceterms WHERE id = NEW.terms_id;
    IF terms_exclusive IS DISTINCT FROM NEW.is_exclusive THEN
        RAISE EXCEPTION 'is_exclusive does not follow the terms' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER licensing_licencegrant_after_none_exclusive BEFORE INSERT ON licensing_licencegrant
    FOR EACH ROW EXECUTE FUNCTION licensing_check_grant();
"""

# A wording that somebody bought stays as it was; a new wording is a new version.
TERMS = """
CREATE FUNCTION licensing_keep_wording() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE'
        OR (to_jsonb(NEW) - 'is_current') IS DISTINCT FROM (to_jsonb(OLD) - 'is_current') THEN
        RAISE EXCEPTION 'licence terms are immutable: write a new version' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER licensing_licenceterms_immutable BEFORE UPDATE OR DELETE ON licensing_licenceterms
    FOR EACH ROW EXECUTE FUNCTION licensing_keep_wording();
CREATE FUNCTION licensing_keep_exclusive_sale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.sold_exclusively_at IS NOT NULL AND NEW.sold_exclusively_at IS DISTINCT FROM OLD.sold_exclusively_at THEN
        RAISE EXCEPTION 'an exclusive sale stays' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER licensing_workrights_exclusive_sale_stays BEFORE UPDATE ON licensing_workrights
    FOR EACH ROW EXECUTE FUNCTION licensing_keep_exclusive_sale();
"""

TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION licensing_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION licensing_refuse_change();
"""
    for table in APPEND_ONLY
)

UNDO = (
    "".join(
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"
        for table in APPEND_ONLY
    )
    + """
DROP TRIGGER licensing_workrights_exclusive_sale_stays ON licensing_workrights;
DROP TRIGGER licensing_licenceterms_immutable ON licensing_licenceterms;
DROP TRIGGER licensing_licencegrant_after_none_exclusive ON licensing_licencegrant;
DROP FUNCTION licensing_keep_exclusive_sale();
DROP FUNCTION licensing_keep_wording();
DROP FUNCTION licensing_check_grant();
DROP FUNCTION licensing_refuse_change();
"""
)


class Migration(migrations.Migration):
    dependencies = [("licensing", "0001_initial")]
    operations = [migrations.RunSQL(REFUSE + GRANTS + TERMS + TRIGGERS, UNDO)]
