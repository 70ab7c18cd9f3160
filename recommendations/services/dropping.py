"""Versions that were switched away from go after a time of grace, with their vectors and their index."""

import logging
from datetime import timedelta

from django.db import connection, transaction

from marketplace.core.clock import now
from recommendations.models import Embedding, EmbeddingSpace
from recommendations.services.vectors import drop_key

log = logging.getLogger(__name__)

# Long enough to see on a full week's visitors that the new version is better, and to go back.
GRACE = timedelta(days=7)
AT_ONCE = 5_000


def drop_retired_versions() -> list[str]:
    """Drop every version that was retired longer than GRACE ago; returns their names. Can be killed and run again."""
    dropped = []
    for version in EmbeddingSpace.objects.filter(present_in=None, retired_at__lt=now() - GRACE):
        if _claim(version):
            _delete_vectors(version)
            _drop_index(version)
            version.delete()
            log.info("%s is dropped", version)
            dropped.append(str(version))
    return dropped


@transaction.atomic
def _claim(version: EmbeddingSpace) -> bool:
    """From here on nobody writes in it or switches back to it; False where somebody just did."""
    with connection.cursor() as cursor:
        # Waits for those who write in it now.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [drop_key(version)])
    moment = now()
    rows = EmbeddingSpace.objects.filter(pk=version.pk, present_in=None, retired_at__lt=moment - GRACE)
    return bool(rows.update(dropped_at=moment))


def _delete_vectors(version: EmbeddingSpace) -> None:
    rows = Embedding.objects.filter(space=version.space, version=version.version)
    while some := list(rows.values_list("pk", flat=True)[:AT_ONCE]):
        Embedding.objects.filter(pk__in=some).delete()


def _drop_index(version: EmbeddingSpace) -> None:
    # Within a transaction PostgreSQL allows only the form that locks the table.
    how = "" if connection.in_atomic_block else "CONCURRENTLY"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP INDEX {how} IF EXISTS {connection.ops.quote_name(version.index_name)}")
