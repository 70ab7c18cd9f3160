"""Trains what lets a model follow lines: a T2I-Adapter for edges and sketches beside the frozen denoiser.

    python -m generation.engine.training.train_control DATA AUTOENCODER MODEL OUT --minutes 30 --bf16

DATA and AUTOENCODER are those that the denoiser of the model folder MODEL was trained with. Lines are the edges of the
data's pictures, thickened, broken and left out at random, so that drawn lines are followed too. Writes OUT/control.pt;
a second run goes on. At the end the adapter lies in MODEL/control/lines and the model's card names it. Source of the
method: Mou et al., "T2I-Adapter" (2023); of the shape, diffusers' `full_adapter_xl`, whose scales are those of a
denoiser that begins with a block without attention.
"""

import argparse
import json
from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import T2IAdapter, UNet2DConditionModel
from PIL import Image
from torch import Tensor
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel
from transformers import BertModel, BertTokenizerFast

from generation.engine.card import CARD
from generation.engine.contract import ControlKind
from generation.engine.pipelines.controlling import edges_of
from generation.engine.training.latents import cached_latents
from generation.engine.training.model_shapes import LATENT_SIDE, PICTURE_SIDE_PX
from generation.engine.training.time_budget import TimeBudget, save_atomically, set_rate
from generation.engine.training.train_image_model import CaptionWriter, draw_sigmas
from generation.engine.training.train_picture_space import read_facts
from generation.engine.weights_hash import weights_sha256

# The control must lead where the words say little, too.
_SHARE_WITHOUT_PIECES = 0.3
_SAVE_EVERY_STEPS = 200


def make_adapter(unet: UNet2DConditionModel) -> T2IAdapter:
    """Lines (n, 1, 256, 256) in 0 to 1 to one residual for each scale of ``unet``."""
    return T2IAdapter(
        in_channels=1,
        channels=list(unet.config.block_out_channels),
        num_res_blocks=2,
        downscale_factor=2 * PICTURE_SIDE_PX // LATENT_SIDE,
        adapter_type="full_adapter_xl",
    )


def drawn_lines(picture: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The edges of ``picture`` (h, w, 3 bytes) as somebody might draw them: (h, w) in 0 to 1."""
    grey = cv2.GaussianBlur(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), (0, 0), float(rng.uniform(0.3, 2.0)))
    lines = np.asarray(edges_of(Image.fromarray(grey)))
    if rng.random() < 0.5:
        lines = cv2.dilate(lines, np.ones((2, 2), np.uint8), iterations=int(rng.integers(1, 3)))
    if rng.random() > _SHARE_WITHOUT_PIECES:
        height, width = lines.shape
        lines = lines.copy()
        for _ in range(int(rng.integers(1, 5))):
            y, x = int(rng.integers(0, height)), int(rng.integers(0, width))
            lines[y : y + int(rng.integers(20, 90)), x : x + int(rng.integers(20, 90))] = 0
    return np.asarray(lines, np.float32) / 255


def led_loss(unet: UNet2DConditionModel, adapter: T2IAdapter, latents: Tensor, states: Tensor, lines: Tensor) -> Tensor:
    """Mean squared error of the velocity that the frozen ``unet`` predicts with the adapter's residuals."""
    sigmas = draw_sigmas(len(latents))
    noise = torch.randn_like(latents)
    share = sigmas[:, None, None, None]
    mixed = (1 - share) * latents + share * noise
    velocity = unet(mixed, sigmas * 1000, states, down_intrablock_additional_residuals=list(adapter(lines))).sample
    return functional.mse_loss(velocity.float(), noise - latents)


def train(given: argparse.Namespace) -> T2IAdapter:
    """The adapter, after ``given.minutes`` in all."""
    torch.set_num_threads(given.threads)
    given.out.mkdir(parents=True, exist_ok=True)
    unet = UNet2DConditionModel.from_pretrained(given.model / "unet", use_safetensors=True).float()
    unet = unet.eval().requires_grad_(False).to(memory_format=torch.channels_last)
    text = BertModel.from_pretrained(given.model / "text_encoder", use_safetensors=True).float().eval()
    facts = read_facts(given.data)
    writer = CaptionWriter(text, BertTokenizerFast.from_pretrained(given.model / "tokenizer"), facts)
    pictures = np.load(given.data / "pictures.npy", mmap_mode="r")
    latents = cached_latents(given.data, given.autoencoder)
    torch.manual_seed(2)
    adapter = make_adapter(unet)
    optimizer = torch.optim.AdamW(adapter.parameters(), lr=given.rate, weight_decay=0.01)
    checkpoint, samples, spent_s = given.out / "control.pt", 0, 0.0
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        adapter.load_state_dict(state["adapter"])
        optimizer.load_state_dict(state["optimizer"])
        samples, spent_s = state["samples"], state["spent_s"]
    budget = TimeBudget(given.minutes, spent_s)
    rng = np.random.default_rng(samples)
    torch.manual_seed(int(rng.integers(2**31)))
    losses: list[float] = []
    while budget.share < 1:
        chosen = np.sort(rng.choice(len(latents), given.batch, replace=False))
        lines = torch.from_numpy(np.stack([drawn_lines(pictures[i], rng) for i in chosen]))[:, None]
        shown = torch.from_numpy(latents[chosen].astype(np.float32))
        # As for the denoiser: plain products are faster than the fused attention over so few tokens.
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=given.bf16), sdpa_kernel(SDPBackend.MATH):
            loss = led_loss(unet, adapter, shown, writer.states(chosen, rng), lines)
        set_rate(optimizer, budget.learning_rate(given.rate))
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        samples += given.batch
        losses.append(loss.item())
        if len(losses) % _SAVE_EVERY_STEPS == 0 or budget.share >= 1:
            print(f"min {budget.spent_s / 60:.1f} samples {samples} loss {np.mean(losses):.4f}", flush=True)
            losses.clear()
            state = {
                "adapter": adapter.state_dict(),
                "optimizer": optimizer.state_dict(),
                "samples": samples,
                "spent_s": budget.spent_s,
            }
            save_atomically(state, checkpoint)
    return adapter


def install(adapter: T2IAdapter, model: Path) -> None:
    """Writes the adapter in half precision into the model's folder, and its name and the new hash into the card."""
    part = ControlKind.SKETCH.part
    adapter.half().save_pretrained(model / "control" / part, safe_serialization=True)
    card = json.loads((model / CARD).read_text())
    card["controls"] = sorted({*card.get("controls", []), part})
    card["weights_sha256"] = weights_sha256(model)
    (model / CARD).write_text(json.dumps(card, indent=2) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("data", "autoencoder", "model", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--bf16", action="store_true", help="faster on processors with AVX-512 BF16 or AMX")
    given = parser.parse_args()
    install(train(given), given.model)


if __name__ == "__main__":
    main()
