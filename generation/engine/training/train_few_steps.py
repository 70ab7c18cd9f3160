"""Distils a finished model to four steps without guidance: low-rank matrices that are put beside the denoiser's.

    python -m generation.engine.training.train_few_steps DATA MODEL OUT --minutes 20 --bf16

The teacher is MODEL at its own guidance. From a point of the way, true latents with noise, it walks to the next of the
student's four stops in three guided steps (Adams-Bashforth of second order); the student learns to get there in one
step, so it needs 4 evaluations where the teacher needs 24. DATA's latents must be those of MODEL's encoder. Sources:
T. Salimans, J. Ho, "Progressive distillation for fast sampling of diffusion models" (2022); C. Meng et al., "On
distillation of guided diffusion models" (2023); E. Hu et al., "LoRA" (2021). Writes OUT/few_steps.pt, goes on from it
when started again, and writes OUT/few_steps.safetensors in diffusers' layout for LoRA files (`assemble_few_steps`).
"""

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from peft import LoraConfig, get_peft_model_state_dict, set_peft_model_state_dict
from torch import Tensor
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from generation.engine.card import read_card
from generation.engine.training.model_shapes import FEW_STEPS, make_few_step_scheduler
from generation.engine.training.sampling import open_pipeline
from generation.engine.training.time_budget import TimeBudget, save_atomically, set_rate
from generation.engine.training.train_image_model import CaptionWriter, encode_captions
from generation.engine.training.train_picture_space import read_facts
from generation.engine.training.workers import agree, join_the_others, least, leave, run_workers

_RANK = 64
_TEACHER_STEPS = 3
# Of the samples that start at each stop: the first step decides the composition and is the hardest.
_STARTS = (0.4, 0.25, 0.2, 0.15)
_MATRICES = r".*(conv1|conv2|conv_shortcut|to_q|to_k|to_v|to_out\.0|net\.0\.proj|net\.2|proj_in|proj_out|\.conv)"


def make_student(unet: UNet2DConditionModel) -> list[torch.nn.Parameter]:
    """Adds the low-rank matrices, which change nothing yet, and gives them; all else is frozen."""
    unet.requires_grad_(False)
    unet.add_adapter(LoraConfig(r=_RANK, lora_alpha=_RANK, target_modules=_MATRICES, init_lora_weights=True))
    return [parameter for parameter in unet.parameters() if parameter.requires_grad]


def stops() -> Tensor:
    """(FEW_STEPS + 1,) shares of noise at which the student steps, from nearly 1 to 0."""
    scheduler = make_few_step_scheduler()
    scheduler.set_timesteps(FEW_STEPS)
    return scheduler.sigmas.float()


@torch.no_grad()
def teacher_velocity(
    unet: UNet2DConditionModel, start: Tensor, begin: Tensor, end: Tensor, words: tuple[Tensor, Tensor], guidance: float
) -> Tensor:
    """Mean velocity with which guided teacher steps lead from `start` (n, 24, 16, 16) at shares `begin` (n,) to `end`.

    `words` are the states of the captions and of the empty caption, (n, 48, 256) each.
    """
    x, former = start, None
    for step in range(_TEACHER_STEPS):
        now = begin + (end - begin) * step / _TEACHER_STEPS
        both = unet(torch.cat([x, x]), torch.cat([now, now]) * 1000, torch.cat(words)).sample.float()
        told, untold = both.chunk(2)
        velocity = untold + guidance * (told - untold)
        ahead = velocity if former is None else 1.5 * velocity - 0.5 * former
        x = x + ahead * ((end - begin) / _TEACHER_STEPS)[:, None, None, None]
        former = velocity
    return (x - start) / (end - begin)[:, None, None, None]


class Lesson:
    """One batch: points of the way, and where the teacher walks from there."""

    def __init__(self, pipeline: StableDiffusionPipeline, data: Path, guidance: float) -> None:
        self._unet: UNet2DConditionModel = pipeline.unet
        self._writer = CaptionWriter(pipeline.text_encoder, pipeline.tokenizer, read_facts(data))
        self._empty = encode_captions(pipeline.text_encoder, pipeline.tokenizer, [""])
        self._latents = np.load(data / "latents.npy", mmap_mode="r")
        self._guidance = guidance
        self._stops = stops()

    def loss(self, batch: int, rng: np.random.Generator) -> Tensor:
        """Mean squared error between the student's velocity and the teacher's mean one."""
        chosen = np.sort(rng.choice(self._latents.shape[0], batch, replace=False))
        states = self._writer.states(chosen, rng, empty=0.0)
        shown = torch.from_numpy(self._latents[chosen].astype(np.float32))
        at = torch.from_numpy(rng.choice(len(_STARTS), batch, p=_STARTS))
        begin, end = self._stops[at], self._stops[at + 1]
        share = begin[:, None, None, None]
        start = ((1 - share) * shown + share * torch.randn_like(shown)).contiguous(memory_format=torch.channels_last)
        words = (states, self._empty.expand_as(states))
        self._unet.disable_adapters()
        wanted = teacher_velocity(self._unet, start, begin, end, words, self._guidance)
        self._unet.enable_adapters()
        return functional.mse_loss(self._unet(start, begin * 1000, states).sample.float(), wanted)


def _work(rank: int, given: argparse.Namespace) -> None:
    join_the_others(rank, given)
    pipeline = open_pipeline(given.model)
    unet = pipeline.unet
    torch.manual_seed(0)
    parameters = make_student(unet)
    lesson = Lesson(pipeline, given.data, given.guidance or read_card(given.model).default_guidance)
    optimizer = torch.optim.AdamW(parameters, lr=given.rate, betas=(0.9, 0.99), weight_decay=0.0)
    checkpoint = given.out / "few_steps.pt"
    samples, spent_s = 0.0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        set_peft_model_state_dict(unet, state["matrices"])
        optimizer.load_state_dict(state["optimizer"])
        samples, spent_s = state["samples"], state["spent_s"]
    budget = TimeBudget(given.minutes, spent_s)
    rng = np.random.default_rng((rank, int(samples)))
    torch.manual_seed(int(rng.integers(2**31)))
    losses: list[float] = []
    agreed_at, saved_at, steps = time.monotonic(), time.monotonic(), 0
    while True:
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=given.bf16), sdpa_kernel(SDPBackend.MATH):
            loss = lesson.loss(given.batch, rng)
        set_rate(optimizer, budget.learning_rate(given.rate))
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        losses.append(loss.item())
        steps += 1
        if time.monotonic() - agreed_at < given.agree_every:
            continue
        samples += agree(parameters, steps) * given.batch
        is_over = least(budget.share) >= 1
        agreed_at, steps = time.monotonic(), 0
        if rank == 0:
            print(f"min {budget.spent_s / 60:.1f} samples {samples:.0f} loss {np.mean(losses):.4f}", flush=True)
            losses.clear()
            if time.monotonic() - saved_at > 100 or is_over:
                state = {
                    "matrices": get_peft_model_state_dict(unet),
                    "optimizer": optimizer.state_dict(),
                    "samples": samples,
                    "spent_s": budget.spent_s,
                }
                save_atomically(state, checkpoint)
                saved_at = time.monotonic()
        if is_over:
            break
    if rank == 0:
        export(get_peft_model_state_dict(unet), given.out)
    leave()


def export(matrices: dict[str, Any], folder: Path) -> Path:
    """Writes FOLDER/few_steps.safetensors, in half precision, as `load_lora_weights` reads it."""
    halved = {name: value.half().contiguous() for name, value in matrices.items()}
    StableDiffusionPipeline.save_lora_weights(folder, unet_lora_layers=halved, weight_name="few_steps.safetensors")
    return folder / "few_steps.safetensors"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "model", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--batch", type=int, default=24)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--guidance", type=float, default=0.0, help="the teacher's; without it, the model's default")
    parser.add_argument("--bf16", action="store_true", help="faster on processors with AVX-512 BF16 or AMX")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--agree-every", type=float, default=40)
    run_workers(_work, parser.parse_args())


if __name__ == "__main__":
    main()
