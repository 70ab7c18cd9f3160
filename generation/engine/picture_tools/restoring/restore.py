"""Restoring a picture: the local damage under a mask, then grain and tone, with a record of what was invented."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from generation.engine.picture_tools.pixels import Mask, Pixels, to_mask, to_picture, to_pixels
from generation.engine.picture_tools.progress import Report, part_of, unreported
from generation.engine.picture_tools.restoring import learned_methods
from generation.engine.picture_tools.restoring.choice import FOLDER, LEARNED, chosen_method
from generation.engine.picture_tools.restoring.classical_finder import find_damage_classically
from generation.engine.picture_tools.restoring.kinds import GLOBAL_KINDS, LOCAL_KINDS, DamageKind
from generation.engine.picture_tools.restoring.library_methods import (
    LIBRARY_METHODS,
    MaskTooLarge,
    inpaint_navier_stokes,
)
from generation.engine.picture_tools.restoring.record import RestorationRecord, Step
from generation.engine.picture_tools.weights import has_part

# From here on the repairer takes a pixel's colour from the pixel itself.
_OWN_COLOUR_FROM = 0.5
# A repair smaller than this changes nothing that a byte would show.
_CHANGED_FROM = 0.5 / 255


@dataclass(frozen=True)
class Restored:
    """The picture and what was done to it."""

    picture: Image.Image
    record: RestorationRecord


def restore(
    picture: Image.Image,
    kinds: frozenset[DamageKind],
    *,
    painted: Image.Image | None = None,
    report: Report = unreported,
    folder: Path = FOLDER,
) -> Restored:
    """`picture` mended against `kinds`.

    `painted` marks local damage (light where damaged); without it the tool looks for it. Global kinds need no mask.
    Raises ValueError when `kinds` is empty, WeightsUnreadable when the weights are damaged.
    """
    if not kinds:
        raise ValueError("say at least one kind of damage")
    pixels = to_pixels(picture)
    nowhere = np.zeros(pixels.shape[:2], bool)
    record = RestorationRecord(nowhere, nowhere, ())
    local = tuple(kind for kind in LOCAL_KINDS if kind in kinds)
    if local:
        mask, found_by = _mask_of(pixels, painted, picture.size, folder, part_of(report, 0.0, 0.2))
        pixels, record = _repair(pixels, mask, local, found_by, folder, part_of(report, 0.2, 0.6))
    for kind in GLOBAL_KINDS:
        if kind in kinds:
            method = chosen_method(kind, folder)
            pixels = _mend_globally(pixels, kind, method, folder, part_of(report, 0.6, 0.95))
            record = RestorationRecord(record.invented, record.recovered, (*record.steps, Step(kind.value, method)))
    report(1.0)
    return Restored(to_picture(pixels), record)


def find_damage(pixels: Pixels, folder: Path = FOLDER, *, report: Report = unreported) -> tuple[Mask, str]:
    """Where local damage seems to lie, and by what it was found: "learned" or "classical"."""
    if has_part(folder, "finder"):
        return learned_methods.find_damage(pixels, folder, report=report), LEARNED
    return find_damage_classically(pixels), "classical"


def _mask_of(
    pixels: Pixels, painted: Image.Image | None, size: tuple[int, int], folder: Path, report: Report
) -> tuple[Mask, str]:
    if painted is not None:
        return to_mask(painted, size), "painted"
    return find_damage(pixels, folder, report=report)


def repair_locally(
    pixels: Pixels, mask: Mask, method: str, kind: DamageKind, folder: Path, *, report: Report = unreported
) -> tuple[Pixels, Mask]:
    """(repaired picture, which pixels were invented) by one method against one local kind."""
    if method == LEARNED:
        repaired, gate = learned_methods.repair(pixels, mask, folder, report=report)
        return repaired, mask & (gate < _OWN_COLOUR_FROM)
    return LIBRARY_METHODS[kind][method](pixels, mask), mask


def _repair(
    pixels: Pixels, mask: Mask, kinds: tuple[DamageKind, ...], found_by: str, folder: Path, report: Report
) -> tuple[Pixels, RestorationRecord]:
    """One pass over the mask. Of several kinds the first one's method is taken, learned before library."""
    methods = {kind: chosen_method(kind, folder) for kind in kinds}
    kind = next((kind for kind in kinds if methods[kind] == LEARNED), kinds[0])
    method = methods[kind]
    if not mask.any():
        return pixels, RestorationRecord(mask, mask, (Step("repair", f"nothing found ({found_by})"),))
    try:
        repaired, invented = repair_locally(pixels, mask, method, kind, folder, report=report)
    except MaskTooLarge:
        method = "opencv-navier-stokes"
        repaired, invented = inpaint_navier_stokes(pixels, mask), mask
    changed = np.abs(repaired - pixels).max(axis=2) >= _CHANGED_FROM
    step = Step("repair", f"{method}, mask {found_by}")
    return repaired, RestorationRecord(invented & mask, changed & mask & ~invented, (step,))


def _mend_globally(pixels: Pixels, kind: DamageKind, method: str, folder: Path, report: Report) -> Pixels:
    if method != LEARNED:
        return LIBRARY_METHODS[kind][method](pixels, np.zeros(pixels.shape[:2], bool))
    if kind == DamageKind.NOISE:
        return learned_methods.denoise(pixels, folder, report=report)
    return learned_methods.correct_tone(pixels, kind, folder)
