"""Inserting a row whose unique key makes it the only one: in one statement, and saying whether it was this one."""

from django.db import connection
from django.db.models import Model


def insert_once(row: Model) -> bool:
    """INSERT … ON CONFLICT DO NOTHING; answers whether ``row`` is in the table now, complete as it stands in memory.

    Waits for a writer of the same key, as `bulk_create` with ``ignore_conflicts`` does, but knows the outcome without a
    second look: every posting and every sale of the shop would pay for it.
    """
    fields = row._meta.concrete_fields
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    # All names are the model's own.
    insert = f"INSERT INTO {quote(row._meta.db_table)} ({columns}) VALUES ({marks}) ON CONFLICT DO NOTHING"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(insert, values)
        is_new = bool(cursor.rowcount == 1)
    if is_new:
        row._state.adding = False
        row._state.db = connection.alias
    return is_new
