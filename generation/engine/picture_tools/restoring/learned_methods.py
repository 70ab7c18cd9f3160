"""The restorer's networks at work on one picture of any size."""

from pathlib import Path
from typing import cast

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from generation.engine.picture_tools.pixels import Mask, Pixels
from generation.engine.picture_tools.progress import Report, unreported
from generation.engine.picture_tools.restoring.kinds import DamageKind
from generation.engine.picture_tools.restoring.library_methods import inpaint_navier_stokes
from generation.engine.picture_tools.restoring.networks import (
    STRIDE,
    Denoiser,
    Finder,
    Repairer,
    ToneReader,
    UNet,
    corrected,
)
from generation.engine.picture_tools.tensors import from_tensor, to_tensor
from generation.engine.picture_tools.tiles import Tiling, run_tiled
from generation.engine.picture_tools.weights import once

TILING = Tiling(core_px=256, margin_px=96)
assert TILING.margin_px >= UNet.RADIUS_PX
assert TILING.core_px % STRIDE == 0
assert TILING.margin_px % STRIDE == 0
# Below this share the finder's word is not taken.
FOUND_FROM = 0.5
# Masks are grown by this much, because the edges of damage are soft.
GROWN_PX = 1

PART_OF_KIND = {
    DamageKind.SCRATCHES: "repairer",
    DamageKind.TEARS: "repairer",
    DamageKind.FOLDS: "repairer",
    DamageKind.FOXING: "repairer",
    DamageKind.STAINS: "repairer",
    DamageKind.FADING: "tone-fading",
    DamageKind.VARNISH: "tone-varnish",
    DamageKind.NOISE: "denoiser",
}


def _padded(picture: Tensor) -> Tensor:
    """Grown at the right and the bottom to sides that the networks take."""
    right, bottom = -picture.shape[3] % STRIDE, -picture.shape[2] % STRIDE
    return functional.pad(picture, (0, right, 0, bottom), mode="replicate")


def _run(network: torch.nn.Module, picture: Pixels, report: Report) -> Pixels:
    height, width = picture.shape[:2]
    made = run_tiled(network, _padded(to_tensor(picture)), TILING, report=report)
    return from_tensor(made[:, :, :height, :width])


def grown(mask: Mask, by_px: int = GROWN_PX) -> Mask:
    """The mask and what lies within `by_px` of it."""
    side = 2 * by_px + 1
    return np.asarray(cv2.dilate(mask.astype(np.uint8), np.ones((side, side), np.uint8)), bool)


def find_damage(picture: Pixels, folder: Path, *, report: Report = unreported) -> Mask:
    """Where the picture looks locally damaged, by the network `finder`."""
    logits = _run(once(Finder, folder, "finder"), picture, report)[..., 0]
    return grown(logits > float(np.log(FOUND_FROM / (1 - FOUND_FROM))))


def repair(picture: Pixels, mask: Mask, folder: Path, *, report: Report = unreported) -> tuple[Pixels, Pixels]:
    """(repaired picture, gate (H, W)); outside the mask nothing changes. Gate: see `networks.Repairer`."""
    filled = inpaint_navier_stokes(picture, mask)
    stacked = np.concatenate([picture, filled, mask[..., None].astype(np.float32)], axis=2)
    made = _run(once(Repairer, folder, "repairer"), stacked, report)
    repaired = np.where(mask[..., None], np.clip(made[..., :3], 0, 1), picture)
    return np.asarray(repaired, np.float32), np.ascontiguousarray(made[..., 3])


def denoise(picture: Pixels, folder: Path, *, report: Report = unreported) -> Pixels:
    """The picture without its grain."""
    return np.clip(_run(once(Denoiser, folder, "denoiser"), picture, report), 0, 1)


def correct_tone(picture: Pixels, kind: DamageKind, folder: Path) -> Pixels:
    """The picture with one colour polynomial over all of it that undoes `kind`, fading or varnish."""
    reader = cast(ToneReader, once(ToneReader, folder, PART_OF_KIND[kind]))
    side = ToneReader.SIDE_PX
    reduced = np.asarray(cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA), np.float32)
    with torch.inference_mode():
        coefficients = reader(to_tensor(reduced))
        return np.clip(from_tensor(corrected(to_tensor(picture), coefficients)), 0, 1)
