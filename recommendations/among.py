"""Which of many ids: one array in the statement instead of a parameter for each."""

from collections.abc import Iterable
from typing import Any
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


def array_of(ids: Iterable[UUID]) -> str:
    """``ids`` as PostgreSQL reads an array, for ``= ANY(%s::uuid[])`` in a statement that is written out.

    Written by psycopg, each id by itself, hundreds would take milliseconds.
    """
    return f"{{{','.join([key.hex for key in ids])}}}"
