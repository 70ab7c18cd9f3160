"""The function by which a generation worker says how it is, and decisions on parked jobs that are only added.

``report_worker`` writes the caller's row of generation_workerreport and nothing else. A worker is a stranger, so name,
size and number of rows are bounded; what has not reported for a day is forgotten. SECURITY DEFINER with a fixed search
path, as ``report_progress`` has it.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION report_worker(p_worker text, p_report jsonb)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
    IF p_worker IS NULL OR length(p_worker) NOT BETWEEN 1 AND 120 THEN
        RAISE EXCEPTION 'a worker''s name has 1 to 120 characters' USING ERRCODE = 'check_violation';
    END IF;
    IF p_report IS NULL OR jsonb_typeof(p_report) <> 'object' OR octet_length(p_report::text) > 16384 THEN
        RAISE EXCEPTION 'a worker''s report is a JSON object of at most 16 KiB' USING ERRCODE = 'check_violation';
    END IF;
    DELETE FROM public.generation_workerreport
     WHERE reported_at < now() - interval '1 day' AND worker <> p_worker;
    UPDATE public.generation_workerreport SET reported_at = now(), report = p_report WHERE worker = p_worker;
    IF FOUND THEN
        RETURN;
    END IF;
    IF (SELECT count(*) FROM public.generation_workerreport) >= 2000 THEN
        RAISE EXCEPTION 'too many workers have reported within a day' USING ERRCODE = 'check_violation';
    END IF;
    INSERT INTO public.generation_workerreport (worker, reported_at, report) VALUES (p_worker, now(), p_report)
    ON CONFLICT (worker) DO UPDATE SET reported_at = excluded.reported_at, report = excluded.report;
END;
$$;
REVOKE ALL ON FUNCTION report_worker(text, jsonb) FROM PUBLIC;

CREATE FUNCTION generation_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER generation_parkeddecision_append_only BEFORE UPDATE OR DELETE ON generation_parkeddecision
    FOR EACH ROW EXECUTE FUNCTION generation_refuse_change();
CREATE TRIGGER generation_parkeddecision_no_truncate BEFORE TRUNCATE ON generation_parkeddecision
    FOR EACH STATEMENT EXECUTE FUNCTION generation_refuse_change();
"""

DROP = """
DROP TRIGGER generation_parkeddecision_append_only ON generation_parkeddecision;
DROP TRIGGER generation_parkeddecision_no_truncate ON generation_parkeddecision;
DROP FUNCTION generation_refuse_change();
DROP FUNCTION report_worker(text, jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("generation", "0003_queue_facts")]

    operations = [migrations.RunSQL(CREATE, DROP)]
