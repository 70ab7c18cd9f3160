"""The one row per work that orders what may be sold."""

from uuid import UUID

from django.db import transaction

from marketplace.catalog.models import Work
from marketplace.licensing.models import WorkRights


def create_rights(work: Work) -> WorkRights:
    """The work's rights row, made where there is none; twice at once makes one."""
    rights, _made = WorkRights.objects.get_or_create(work=work)
    return rights


def lock_rights(*, work_id: UUID) -> WorkRights:
    """Lock the work's rights row until the transaction ends. Call it inside a transaction, before other rows.

    A work that never had an offer gets its row here.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("lock_rights holds its lock only inside a transaction")
    rights = WorkRights.objects.select_for_update(no_key=True).filter(work_id=work_id).first()
    if rights is None:
        WorkRights.objects.get_or_create(work_id=work_id)
        rights = WorkRights.objects.select_for_update(no_key=True).get(work_id=work_id)
    return rights
