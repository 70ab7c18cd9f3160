"""Every kind of damage on a set of pictures, mended by every method: PSNR and SSIM."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from generation.engine.picture_tools.pixels import Mask, Pixels, to_bytes, to_pixels
from generation.engine.picture_tools.restoring import learned_methods
from generation.engine.picture_tools.restoring.choice import LEARNED
from generation.engine.picture_tools.restoring.kinds import LOCAL_KINDS, DamageKind
from generation.engine.picture_tools.restoring.learned_methods import PART_OF_KIND
from generation.engine.picture_tools.restoring.library_methods import LIBRARY_METHODS, MaskTooLarge
from generation.engine.picture_tools.restoring.restore import find_damage, repair_locally
from generation.engine.picture_tools.restoring.simulated_damage import damage
from generation.engine.picture_tools.scores import psnr, ssim
from generation.engine.picture_tools.weights import has_part

DAMAGED = "damaged"
# The learned repair under the mask that the tool finds by itself; all others get the damage's own mask.
FOUND = "learned-found-mask"


@dataclass(frozen=True)
class Score:
    """One picture under one kind of damage after one method; DAMAGED is before any. PSNR in dB."""

    picture: str
    kind: DamageKind
    method: str
    psnr: float
    ssim: float


@dataclass(frozen=True)
class FoundMask:
    """How well a mask was found: of what was found, and of what there was, the share that was right."""

    picture: str
    kind: DamageKind
    found_by: str
    precision: float
    recall: float


def reduced(picture: Image.Image, longest_px: int) -> Image.Image:
    """The picture, its longest side no longer than `longest_px`."""
    copy = picture.copy()
    copy.thumbnail((longest_px, longest_px), Image.Resampling.LANCZOS)
    return copy


def evaluate_picture(
    name: str, picture: Image.Image, kind: DamageKind, *, seed: int, weights: Path
) -> Iterator[Score | FoundMask]:
    """Scores of each method against `kind` on `picture`; the same seed gives the same damage."""
    sound = to_pixels(picture)
    wanted = to_bytes(sound)
    # One source a picture and kind, so that a run of fewer kinds draws the same.
    rng = np.random.default_rng([seed, list(DamageKind).index(kind), *name.encode()])
    hurt = damage(sound, kind, rng)

    def score(method: str, result: Pixels) -> Score:
        got = to_bytes(result)
        return Score(name, kind, method, psnr(wanted, got), ssim(wanted, got))

    yield score(DAMAGED, hurt.picture)
    # What a careful hand would paint.
    mask = learned_methods.grown(hurt.mask) if kind in LOCAL_KINDS else hurt.mask
    for method, mend in LIBRARY_METHODS[kind].items():
        try:
            yield score(method, mend(hurt.picture, mask))
        except MaskTooLarge:
            # The method cannot do this picture; it then has no line, and no mean.
            continue
    if has_part(weights, PART_OF_KIND[kind]):
        yield score(LEARNED, _learned(hurt.picture, mask, kind, weights))
    if kind in LOCAL_KINDS:
        found, found_by = find_damage(hurt.picture, weights)
        right = float((found & mask).sum())
        yield FoundMask(name, kind, found_by, right / max(float(found.sum()), 1.0), right / max(float(mask.sum()), 1.0))
        if has_part(weights, PART_OF_KIND[kind]):
            yield score(FOUND, _learned(hurt.picture, found, kind, weights))


def _learned(picture: Pixels, mask: Mask, kind: DamageKind, weights: Path) -> Pixels:
    if kind == DamageKind.NOISE:
        return learned_methods.denoise(picture, weights)
    if kind in LOCAL_KINDS:
        return repair_locally(picture, mask, LEARNED, kind, weights)[0]
    return learned_methods.correct_tone(picture, kind, weights)


def mean_scores(scores: list[Score]) -> dict[DamageKind, dict[str, tuple[float, float]]]:
    """(mean PSNR, mean SSIM) by kind and method, of the methods that did every picture of the kind."""
    grouped: dict[DamageKind, dict[str, list[Score]]] = defaultdict(lambda: defaultdict(list))
    for score in scores:
        grouped[score.kind][score.method].append(score)
    return {
        kind: {
            method: (float(np.mean([s.psnr for s in given])), float(np.mean([s.ssim for s in given])))
            for method, given in methods.items()
            if len(given) == len(methods[DAMAGED])
        }
        for kind, methods in grouped.items()
    }


def best_methods(scores: list[Score]) -> dict[DamageKind, str]:
    """By kind the method of the highest mean PSNR: a library's, or the learned one only where its SSIM is best too."""
    best: dict[DamageKind, str] = {}
    for kind, means in mean_scores(scores).items():
        library = {method: pair for method, pair in means.items() if method in LIBRARY_METHODS[kind]}
        name = max(library, key=lambda method: library[method][0])
        wins = LEARNED in means and all(
            means[LEARNED][which] > max(pair[which] for pair in library.values()) for which in (0, 1)
        )
        best[kind] = LEARNED if wins else name
    return best
