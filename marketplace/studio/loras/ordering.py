"""What an order does with the LoRA files that were chosen for it: they are laid where the workers can read them."""

from collections.abc import Sequence

from generation.models import GenerationModel
from marketplace.blobs import jobs_store, private_store
from marketplace.core.blobs import BlobNotFound
from marketplace.studio.loras.choices import ChosenLora, lora_is_gone
from marketplace.studio.loras.fitting import require_fit
from marketplace.studio.models import Lora


def lay_out(chosen: Sequence[ChosenLora], model: GenerationModel) -> None:
    """Copy the files into the jobs' store, each once and for all orders to come. Raises LoraDoesNotFit, LoraMissing.

    For the time before the order's lock: a copy may take seconds.
    """
    for one in chosen:
        require_fit(one.lora, model)
        if jobs_store().exists(one.lora.jobs_key):
            continue
        try:
            data = private_store().get(one.lora.storage_key)
        except BlobNotFound as error:
            raise lora_is_gone() from error
        jobs_store().put(one.lora.jobs_key, data, media_type="application/octet-stream")


def require_still_hers(chosen: Sequence[ChosenLora]) -> None:
    """Under the owner's lock, which a removal takes too: none was removed since. Raises LoraMissing."""
    ids = {one.lora.id for one in chosen}
    left = set(Lora.objects.filter(id__in=ids).values_list("id", flat=True)) if ids else set()
    gone = [one for one in chosen if one.lora.id not in left]
    for one in gone:
        # Its removal may have cleared away before the copy above was made.
        jobs_store().delete(one.lora.jobs_key)
    if gone:
        raise lora_is_gone()
