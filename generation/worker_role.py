"""What the generation worker's database role may do: its rows of the queue, ``report_progress``
and ``report_worker``. Nothing else.

The rights are set after every ``migrate`` (where the role exists) and by ``manage.py setup_worker_role``.
Row-level security on the queue keeps the worker to its own jobs: it can neither read other jobs' arguments
nor defer a task of the shop other than the three outcomes of the contract. The tables' owner, whom the shop
signs in as, is not bound by it.
"""

from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg import sql

from generation.engine import contract

DEFAULT_ROLE = "atelier_worker"

_TABLE_RIGHTS = {
    "procrastinate_jobs": "SELECT, INSERT, UPDATE",
    "procrastinate_events": "INSERT",
    "procrastinate_workers": "SELECT, INSERT, UPDATE, DELETE",
}
_SEQUENCES = ("procrastinate_jobs_id_seq", "procrastinate_events_id_seq")
_FUNCTIONS = ("report_progress(uuid, integer, integer, integer)", "report_worker(text, jsonb)")

_IS_OWN = "(queue_name = {queue} AND task_name = {render})"
_IS_OUTCOME = "(queue_name = {outcome_queue} AND task_name IN ({outcomes}))"


def role_exists(connection: BaseDatabaseWrapper, role: str) -> bool:
    """Whether the server knows a role of this name."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
        return cursor.fetchone() is not None


def grant_worker_rights(connection: BaseDatabaseWrapper, role: str = DEFAULT_ROLE) -> None:
    """Set ``role``'s rights in this database to exactly what the worker needs; run it as often as you like.

    Raises django.db.ProgrammingError where the role does not exist or the tables belong to somebody else.
    """
    name = sql.Identifier(role)
    statements = [
        sql.SQL("REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {role}"),
        sql.SQL("REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM {role}"),
        sql.SQL("REVOKE CREATE ON SCHEMA public FROM {role}"),
        sql.SQL("GRANT USAGE ON SCHEMA public TO {role}"),
    ]
    for table, rights in _TABLE_RIGHTS.items():
        statements.append(sql.SQL(f"GRANT {rights} ON {table} TO {{role}}"))
    for sequence in _SEQUENCES:
        statements.append(sql.SQL(f"GRANT USAGE ON SEQUENCE {sequence} TO {{role}}"))
    for function in _FUNCTIONS:
        statements.append(sql.SQL(f"GRANT EXECUTE ON FUNCTION {function} TO {{role}}"))
    statements += _policies()
    literals = {
        "queue": sql.Literal(contract.QUEUE),
        "render": sql.Literal(contract.RENDER_TASK),
        "outcome_queue": sql.Literal(contract.OUTCOME_QUEUE),
        "outcomes": sql.SQL(", ").join(sql.Literal(task) for task in contract.OUTCOME_TASKS),
    }
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement.format(role=name, **literals).as_string(cursor.connection))


def _policies() -> list[sql.SQL]:
    seen = f"({_IS_OWN} OR {_IS_OUTCOME})"
    policies = {
        # Deferring returns the new row's id, so what may be inserted may also be seen.
        "generation_worker_sees": f"FOR SELECT TO {{role}} USING {seen}",
        "generation_worker_defers": f"FOR INSERT TO {{role}} WITH CHECK {_IS_OUTCOME}",
        "generation_worker_works": f"FOR UPDATE TO {{role}} USING {_IS_OWN} WITH CHECK {_IS_OWN}",
    }
    statements = [sql.SQL("ALTER TABLE procrastinate_jobs ENABLE ROW LEVEL SECURITY")]
    for name, rule in policies.items():
        statements.append(sql.SQL(f"DROP POLICY IF EXISTS {name} ON procrastinate_jobs"))
        statements.append(sql.SQL(f"CREATE POLICY {name} ON procrastinate_jobs {rule}"))
    return statements
