"""The one function of the shop that the generation worker may call.

It answers ``go``, ``cancelled`` or ``stale`` (contract.Go), changes only the progress of an active job, and
only for the attempt that the job is at: a worker that wakes up late changes nothing. SECURITY DEFINER, so
the worker's role needs no right on the table; the search path is fixed, so nobody can put another table in
its place.
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION report_progress(p_job uuid, p_attempt integer, p_steps_done integer, p_previews integer)
RETURNS text
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp
AS $$
DECLARE
    job_state text;
BEGIN
    UPDATE public.generation_generationjob
       SET state = 'running',
           started_at = COALESCE(started_at, now()),
           steps_done = GREATEST(steps_done, LEAST(p_steps_done, steps_total)),
           previews = GREATEST(previews, p_previews),
           progress_at = now()
     WHERE id = p_job AND attempt = p_attempt AND state IN ('queued', 'running');
    IF FOUND THEN
        RETURN 'go';
    END IF;
    SELECT state INTO job_state FROM public.generation_generationjob WHERE id = p_job;
    IF job_state = 'cancelled' THEN
        RETURN 'cancelled';
    END IF;
    RETURN 'stale';
END;
$$;
REVOKE ALL ON FUNCTION report_progress(uuid, integer, integer, integer) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("generation", "0001_initial")]

    operations = [
        migrations.RunSQL(CREATE, "DROP FUNCTION report_progress(uuid, integer, integer, integer);"),
    ]
