"""Which of many ids: one array in the statement instead of a parameter for each."""

from collections.abc import Iterable
from typing import Any, NewType
from uuid import UUID

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.lookups import Lookup
from django.db.models.sql.compiler import SQLCompiler


class Among(Lookup[Any]):
    """``filter(Among(F("pk"), ids))``: as ``pk__in=ids``, made and read faster where there are hundreds."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[Any, ...]]:
        """``column = ANY(array)``."""
        column, params = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::uuid[])", (*params, list(self.rhs))


# Ids as PostgreSQL reads and writes an array, for ``= ANY(%s::uuid[])`` in a statement that is written out. What it
# wrote is sent back as it is: thousands of ids take milliseconds to become UUIDs and text again.
IdArray = NewType("IdArray", str)


def array_of(ids: Iterable[UUID]) -> IdArray:
    """``ids`` as one array; written by psycopg, each by itself, hundreds would take milliseconds."""
    return IdArray(f"{{{','.join([key.hex for key in ids])}}}")
