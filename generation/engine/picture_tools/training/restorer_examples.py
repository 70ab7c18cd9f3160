"""Examples for the restorer's networks: sound crops and what simulated damage makes of them."""

from collections.abc import Callable

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from generation.engine.picture_tools.pixels import Pixels
from generation.engine.picture_tools.restoring.kinds import LOCAL_KINDS, DamageKind
from generation.engine.picture_tools.restoring.learned_methods import grown
from generation.engine.picture_tools.restoring.library_methods import inpaint_navier_stokes
from generation.engine.picture_tools.restoring.networks import Denoiser, Finder, Repairer, ToneReader, corrected
from generation.engine.picture_tools.restoring.simulated_damage import Damage, damage
from generation.engine.picture_tools.training.crops import CropSource
from generation.engine.picture_tools.training.losses import charbonnier, likeness_loss

Batch = tuple[Tensor, ...]


def _stack(arrays: list[np.ndarray]) -> Tensor:
    stacked = torch.from_numpy(np.stack(arrays))
    stacked = stacked[..., None] if stacked.ndim == 3 else stacked
    return stacked.permute(0, 3, 1, 2).float().contiguous(memory_format=torch.channels_last)


class RestorerExamples:
    """Batches and losses for each part; crops of `side_px`."""

    def __init__(self, source: CropSource, *, seed: int, side_px: int, batch: int) -> None:
        self._source, self._side_px, self._batch = source, side_px, batch
        self._rng = np.random.default_rng(seed)

    def _damaged(self, kind: DamageKind, side_px: int) -> tuple[Pixels, Damage]:
        """A crop and its damage, which is laid on a larger piece first, as large pictures are damaged."""
        whole = self._source.draw(2 * side_px)
        hurt = damage(whole, kind, self._rng)
        # Of four places the one with most of the damage: most of a picture is sound.
        places = self._rng.integers(0, side_px + 1, (4, 2))
        top, left = max(places, key=lambda at: hurt.mask[at[0] : at[0] + side_px, at[1] : at[1] + side_px].sum())
        rows, columns = slice(top, top + side_px), slice(left, left + side_px)
        part = Damage(hurt.picture[rows, columns], hurt.mask[rows, columns], hurt.lost[rows, columns])
        return whole[rows, columns], part

    def _local_kind(self) -> DamageKind:
        return LOCAL_KINDS[self._rng.integers(len(LOCAL_KINDS))]

    def repairer_batch(self) -> Batch:
        """(stacked input, sound crop, share lost)."""
        inputs, sound, lost = [], [], []
        for _ in range(self._batch):
            whole, hurt = self._damaged(self._local_kind(), self._side_px)
            # A hand paints more than the damage.
            mask = grown(hurt.mask, int(self._rng.integers(0, 3)))
            filled = inpaint_navier_stokes(hurt.picture, mask)
            inputs.append(np.concatenate([hurt.picture, filled, mask[..., None].astype(np.float32)], axis=2))
            sound.append(whole)
            lost.append(hurt.lost)
        return _stack(inputs), _stack(sound), _stack(lost)

    @staticmethod
    def repairer_loss(network: nn.Module, batch: Batch) -> Tensor:
        """Likeness inside the masks, counted per masked pixel, and the gate against what was lost."""
        stacked, sound, lost = batch
        made = network(stacked)
        mask = stacked[:, 6:7]
        share = mask.mean().clamp(min=0.01)
        gate = made[:, 3:4].clamp(1e-4, 1 - 1e-4)
        gate_gap = (functional.binary_cross_entropy(gate, 1 - lost, reduction="none") * mask).mean() / share
        return likeness_loss(made[:, :3], sound) / share + 0.02 * gate_gap

    def finder_batch(self) -> Batch:
        """(picture, mask); one in four is sound, one in four grainy, faded or yellowed besides."""
        pictures, masks = [], []
        for _ in range(self._batch):
            lot = self._rng.random()
            if lot < 0.25:
                picture = self._source.draw(self._side_px)
                mask = np.zeros(picture.shape[:2], bool)
            else:
                _, hurt = self._damaged(self._local_kind(), self._side_px)
                picture, mask = hurt.picture, hurt.mask
            if 0.2 < lot < 0.45:
                kind = (DamageKind.NOISE, DamageKind.FADING, DamageKind.VARNISH)[self._rng.integers(3)]
                picture = damage(picture, kind, self._rng).picture
            pictures.append(picture)
            masks.append(mask.astype(np.float32))
        return _stack(pictures), _stack(masks)

    @staticmethod
    def finder_loss(network: nn.Module, batch: Batch) -> Tensor:
        """Cross entropy and the Dice loss, which sees a thin scratch as much as a wide stain."""
        pictures, masks = batch
        logits = network(pictures).float()
        found = torch.sigmoid(logits)
        overlap = 2 * (found * masks).sum() / (found.sum() + masks.sum() + 1.0)
        return functional.binary_cross_entropy_with_logits(logits, masks) + 0.3 * (1 - overlap)

    def denoiser_batch(self) -> Batch:
        """(noisy, sound)."""
        noisy, sound = [], []
        for _ in range(self._batch):
            crop = self._source.draw(self._side_px)
            noisy.append(damage(crop, DamageKind.NOISE, self._rng).picture)
            sound.append(crop)
        return _stack(noisy), _stack(sound)

    @staticmethod
    def denoiser_loss(network: nn.Module, batch: Batch) -> Tensor:
        """Likeness with gradients."""
        noisy, sound = batch
        return likeness_loss(network(noisy), sound, gradients=0.1)

    def tone_batch(self, kind: DamageKind) -> Batch:
        """(damaged, sound), reduced to what the tone's network sees."""
        damaged: list[Pixels] = []
        sound: list[Pixels] = []
        side = ToneReader.SIDE_PX
        for _ in range(self._batch):
            crop = self._source.draw(192, recolour=0.5, texture=0.02)
            for picture, stack in ((damage(crop, kind, self._rng).picture, damaged), (crop, sound)):
                reduced = cv2.resize(picture, (side, side), interpolation=cv2.INTER_AREA)
                stack.append(np.asarray(reduced, np.float32))
        return _stack(damaged), _stack(sound)

    @staticmethod
    def tone_loss(network: nn.Module, batch: Batch) -> Tensor:
        """Smooth L1 of the corrected pictures."""
        damaged, sound = batch
        return charbonnier(corrected(damaged, network(damaged)) - sound)


def part_training(
    part: str, examples: RestorerExamples
) -> tuple[nn.Module, Callable[[], Batch], Callable[[nn.Module, Batch], Tensor]]:
    """(untrained network, batches, loss) of one part, named as its weights are."""
    parts = {
        "repairer": (Repairer, examples.repairer_batch, examples.repairer_loss),
        "finder": (Finder, examples.finder_batch, examples.finder_loss),
        "denoiser": (Denoiser, examples.denoiser_batch, examples.denoiser_loss),
        "tone-fading": (ToneReader, lambda: examples.tone_batch(DamageKind.FADING), examples.tone_loss),
        "tone-varnish": (ToneReader, lambda: examples.tone_batch(DamageKind.VARNISH), examples.tone_loss),
    }
    network, batches, loss = parts[part]
    return network(), batches, loss


PARTS = ("tone-varnish", "tone-fading", "denoiser", "repairer", "finder")
