"""LoRA files through the generation worker's own process: two artists in turn, a file for another model, a lost one."""

import hashlib
from pathlib import Path
from uuid import uuid4

from generation.engine import contract
from generation.explanations import explain_failure
from generation.models import GenerationJob
from marketplace.blobs import jobs_store
from tests.generation.lora_files import lora_arrays, lora_for, safetensors_file
from tests.generation.processes import WorkerProcess, wait_until
from tests.generation.test_worker_process import TIMEOUT_S, ended, order

TO_K = "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k"


def stored(data: bytes, *, weight: float = 1.0, name: str = "Ink", is_lost: bool = False) -> contract.Adapter:
    """``data`` as an order has laid it out."""
    sha256 = hashlib.sha256(data).hexdigest()
    key = contract.adapter_key(uuid4(), sha256)
    if not is_lost:
        jobs_store().put(key, data, media_type="application/octet-stream")
    return contract.Adapter(name=name, sha256=sha256, weight=weight, key=key)


def made(job: GenerationJob, worker: WorkerProcess, outcomes) -> list[str]:
    wait_until(lambda: ended(job, outcomes), timeout_s=TIMEOUT_S, what=worker.said)
    assert job.state == GenerationJob.State.FINISHED, worker.said()
    return [output.sha256 for output in job.outputs.order_by("index")]


def test_two_artists_in_turn_and_nobody_meets_anothers_file(worker: WorkerProcess, outcomes, tiny_models_dir: Path):
    folder = tiny_models_dir / "tiny-image"
    mine, hers = (stored(lora_for(folder, seed=seed), weight=2.0, name=f"File {seed}") for seed in (1, 2))
    lighter = mine.model_copy(update={"weight": 0.05})
    wrong = stored(safetensors_file(lora_arrays({TO_K: (768, 16)})), name="For another model")
    lost = stored(b"gone", name="Lost", is_lost=True)
    orders = [(), (mine,), (hers,), (wrong,), (mine,), (), (lost,), (mine, hers), (lighter,), ()]
    jobs = [order(count=1, adapters=adapters) for adapters in orders]
    worker.start()
    for place in (3, 6):
        wait_until(lambda job=jobs[place]: ended(job, outcomes), timeout_s=TIMEOUT_S, what=worker.said)
    refused = {jobs[place].error_code: explain_failure(jobs[place]).message for place in (3, 6)}
    assert set(refused) == {"adapter_unsuitable", "adapter_unreadable"}, worker.said()
    assert "For another model" in refused["adapter_unsuitable"]
    assert "Lost" in refused["adapter_unreadable"]
    assert {jobs[place].attempt for place in (3, 6)} == {1}, "another attempt would end no better"
    pictures = [made(job, worker, outcomes) for place, job in enumerate(jobs) if place not in (3, 6)]
    plain, with_mine, with_hers, mine_again, plain_again, both, light, plain_at_last = pictures
    assert plain == plain_again == plain_at_last
    assert with_mine == mine_again
    assert len({pictures[0] for pictures in (plain, with_mine, with_hers, both, light)}) == 5
    recipe = contract.Recipe.model_validate(jobs[7].outputs.get().recipe)
    assert [(one.name, one.weight) for one in recipe.adapters] == [("File 1", 2.0), ("File 2", 2.0)]
    assert "AdapterStuck" not in worker.said()
