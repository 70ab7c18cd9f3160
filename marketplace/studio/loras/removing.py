"""Removing a LoRA file: its row and its bytes. What pictures say of it stays."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from generation.models import GenerationJob
from marketplace.accounts.models import User
from marketplace.blobs import jobs_store, private_store
from marketplace.studio.loras.errors import LoraInUse, LoraMissing
from marketplace.studio.models import Lora

REMOVE_TASK = "studio.remove_lora_files"


@transaction.atomic
def remove_lora(*, user: User, lora_id: UUID) -> Lora:
    """Remove one of ``user``'s; finished pictures keep its name and hash in their records.

    Raises LoraMissing (also for another's) and LoraInUse while a job waits for it or runs with it.
    """
    # Orders hold the same lock: none begins between the question below and the end of this transaction.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    lora = Lora.objects.filter(owner=user, id=lora_id).defer("shapes").first()
    if lora is None:
        raise LoraMissing(way_out=_("Look at the list of your LoRA files."))
    in_use = GenerationJob.objects.filter(
        # One that was set aside may be tried again.
        owner=user,
        state__in=[*GenerationJob.ACTIVE, GenerationJob.State.PARKED],
        adapters__contains=[{"sha256": lora.sha256}],
    )
    if in_use.exists():
        raise LoraInUse(
            _("Pictures are being made with “%(name)s”.") % {"name": lora.name},
            way_out=_("Wait until they are ready, or cancel them in the studio."),
        )
    keys = {"private_key": lora.storage_key, "jobs_key": lora.jobs_key}
    app.configure_task(REMOVE_TASK, queue="default").defer(**keys)
    removed_id = lora.id
    lora.delete()
    lora.id = removed_id
    return lora


def remove_files(*, private_key: str, jobs_key: str) -> None:
    """The bytes of a LoRA whose row is gone, in both stores. Raises the stores' errors; may run twice."""
    private_store().delete(private_key)
    jobs_store().delete(jobs_key)
