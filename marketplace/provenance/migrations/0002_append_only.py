"""The database itself keeps provenance records: they are only added."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION provenance_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused on %: it is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER provenance_provenancerecord_append_only BEFORE UPDATE OR DELETE ON provenance_provenancerecord
    FOR EACH ROW EXECUTE FUNCTION provenance_refuse_change();
CREATE TRIGGER provenance_provenancerecord_no_truncate BEFORE TRUNCATE ON provenance_provenancerecord
    FOR EACH STATEMENT EXECUTE FUNCTION provenance_refuse_change();
"""

UNDO = """
DROP TRIGGER provenance_provenancerecord_append_only ON provenance_provenancerecord;
DROP TRIGGER provenance_provenancerecord_no_truncate ON provenance_provenancerecord;
DROP FUNCTION provenance_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [("provenance", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, UNDO)]
