"""The database itself keeps the log: rows are only added, each on top of the last, with the right hash."""

from django.db import migrations

TABLES = ("transparency_logentry", "transparency_signingkey")

# The hash is that of marketplace.transparency.chain.entry_hash, written a second time by another hand: an application
# that computes it wrongly is refused. The advisory lock makes concurrent appends wait for each other's commit.
FORWARD = """
CREATE FUNCTION transparency_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused on %: it is append-only', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

CREATE FUNCTION transparency_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_sequence bigint;
    last_hash text;
    computed text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('transparency_logentry'));
    SELECT sequence, entry_hash INTO last_sequence, last_hash
        FROM transparency_logentry ORDER BY sequence DESC LIMIT 1;
    last_sequence := coalesce(last_sequence, 0);
    last_hash := coalesce(last_hash, repeat('0', 64));
    IF NEW.sequence <> last_sequence + 1 OR NEW.previous_hash <> last_hash THEN
        RAISE EXCEPTION 'log entry % does not follow entry %', NEW.sequence, last_sequence
            USING ERRCODE = 'check_violation';
    END IF;
    computed := encode(sha256(convert_to(concat_ws(E'\\n',
        NEW.previous_hash, NEW.sequence::text, NEW.id::text, NEW.kind, NEW.subject, NEW.payload_sha256,
        to_char(NEW.logged_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')), 'UTF8')), 'hex');
    IF NEW.entry_hash <> computed THEN
        RAISE EXCEPTION 'log entry % has another hash than its content', NEW.sequence
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER transparency_logentry_follows BEFORE INSERT ON transparency_logentry
    FOR EACH ROW EXECUTE FUNCTION transparency_check_entry();
"""

TRIGGERS = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION transparency_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION transparency_refuse_change();
"""
    for table in TABLES
)

UNDO = (
    "".join(
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};" for table in TABLES
    )
    + """
DROP TRIGGER transparency_logentry_follows ON transparency_logentry;
DROP FUNCTION transparency_check_entry();
DROP FUNCTION transparency_refuse_change();
"""
)


class Migration(migrations.Migration):
    dependencies = [("transparency", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD + TRIGGERS, UNDO)]
