"""Restoring: what changes, what does not, by which method, and what the record says of it."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from torch import nn

from generation.engine.picture_tools.pixels import Pixels, to_picture, to_pixels
from generation.engine.picture_tools.restoring import learned_methods
from generation.engine.picture_tools.restoring.choice import LEARNED, UNMEASURED, chosen_method
from generation.engine.picture_tools.restoring.kinds import DamageKind
from generation.engine.picture_tools.restoring.library_methods import (
    BIHARMONIC_LIMIT_PX,
    LIBRARY_METHODS,
    MaskTooLarge,
    inpaint_biharmonic,
)
from generation.engine.picture_tools.restoring.networks import Denoiser, Finder, Repairer, ToneReader
from generation.engine.picture_tools.restoring.restore import restore
from generation.engine.picture_tools.restoring.simulated_damage import Damage, damage
from generation.engine.picture_tools.tiles import Tiling
from generation.engine.picture_tools.weights import CARD, WeightsUnreadable

_PARTS: dict[str, Callable[[], nn.Module]] = {
    "repairer": Repairer,
    "finder": Finder,
    "denoiser": Denoiser,
    "tone-fading": ToneReader,
    "tone-varnish": ToneReader,
}


@pytest.fixture(scope="module")
def sound(painting: Callable[[str, int], Image.Image]) -> Pixels:
    return to_pixels(painting("turner", 150))


@pytest.fixture(scope="module")
def scratched(sound: Pixels) -> Damage:
    return damage(sound, DamageKind.SCRATCHES, np.random.default_rng(11))


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory, shaken: Callable[[nn.Module, Path, str], None]) -> Path:
    """All networks, random, with a card that prefers them."""
    folder = tmp_path_factory.mktemp("restore")
    for part, make in _PARTS.items():
        shaken(make(), folder, part)
    (folder / CARD).write_text(json.dumps({"methods": {kind.value: LEARNED for kind in DamageKind}}))
    return folder


def test_a_library_fills_the_painted_mask_and_nothing_else(sound: Pixels, scratched: Damage, tmp_path: Path) -> None:
    mask = learned_methods.grown(scratched.mask)
    restored = restore(
        to_picture(scratched.picture),
        frozenset({DamageKind.SCRATCHES}),
        painted=to_picture(mask.astype(np.float32)),
        folder=tmp_path,
    )
    result = to_pixels(restored.picture)
    np.testing.assert_array_equal(result[~mask], scratched.picture[~mask])
    np.testing.assert_array_equal(restored.record.invented, mask)
    assert not restored.record.recovered.any()
    assert np.abs(result - sound)[mask].mean() < 0.6 * np.abs(scratched.picture - sound)[mask].mean()
    assert [step.method for step in restored.record.steps] == ["opencv-navier-stokes, mask painted"]


def test_without_a_mask_it_looks_for_the_damage_itself(scratched: Damage, tmp_path: Path) -> None:
    restored = restore(to_picture(scratched.picture), frozenset({DamageKind.SCRATCHES}), folder=tmp_path)
    assert restored.record.steps[0].method.endswith("mask classical")
    assert 0 < restored.record.invented_share < 0.5


def test_nothing_painted_nothing_changed(sound: Pixels, tmp_path: Path) -> None:
    picture = to_picture(sound)
    restored = restore(picture, frozenset({DamageKind.TEARS}), painted=Image.new("L", picture.size, 0), folder=tmp_path)
    np.testing.assert_array_equal(np.asarray(restored.picture), np.asarray(picture))
    assert restored.record.invented_share == 0


def test_the_networks_change_only_the_mask_and_the_record_names_each_pixel(scratched: Damage, weights: Path) -> None:
    mask = learned_methods.grown(scratched.mask)
    restored = restore(
        to_picture(scratched.picture),
        frozenset({DamageKind.SCRATCHES, DamageKind.STAINS}),
        painted=to_picture(mask.astype(np.float32)),
        folder=weights,
    )
    changed = (np.abs(to_pixels(restored.picture) - scratched.picture) > 1e-6).any(axis=2)
    told = restored.record.invented | restored.record.recovered
    assert changed.any()
    assert not (changed & ~mask).any()
    # A change smaller than half a byte may round to a whole one.
    assert (changed & ~told).mean() < 0.002
    assert not (restored.record.invented & restored.record.recovered).any()


def test_all_kinds_at_once_by_networks_in_a_fixed_order(scratched: Damage, weights: Path) -> None:
    shares: list[float] = []
    restored = restore(to_picture(scratched.picture), frozenset(DamageKind), folder=weights, report=shares.append)
    assert [step.against for step in restored.record.steps] == ["repair", "noise", "varnish", "fading"]
    assert all("learned" in step.method for step in restored.record.steps)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


@pytest.mark.parametrize("part", ["repairer", "denoiser", "finder"])
def test_pieces_give_what_the_whole_gives(
    sound: Pixels, weights: Path, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    def run() -> np.ndarray:
        if part == "repairer":
            return learned_methods.repair(sound, np.ones(sound.shape[:2], bool), weights)[0]
        if part == "denoiser":
            return learned_methods.denoise(sound, weights)
        return learned_methods.find_damage(sound, weights).astype(np.float32)

    whole = run()
    monkeypatch.setattr(learned_methods, "TILING", Tiling(core_px=32, margin_px=96))
    pieces = run()
    off = np.abs(whole - pieces)
    assert off.max() <= 1 / 255 or (part == "finder" and (off > 0).mean() < 0.001)


def test_untrained_networks_change_nothing(sound: Pixels, tmp_path: Path) -> None:
    from generation.engine.picture_tools.weights import save_part

    save_part(Denoiser(), tmp_path, "denoiser")
    save_part(ToneReader(), tmp_path, "tone-fading")
    np.testing.assert_allclose(learned_methods.denoise(sound, tmp_path), sound, atol=1e-6)
    np.testing.assert_allclose(learned_methods.correct_tone(sound, DamageKind.FADING, tmp_path), sound, atol=1e-6)


def test_the_card_chooses_and_missing_weights_fall_back(tmp_path: Path) -> None:
    (tmp_path / CARD).write_text(json.dumps({"methods": {"noise": LEARNED, "tears": "opencv-navier-stokes"}}))
    assert chosen_method(DamageKind.NOISE, tmp_path) == UNMEASURED[DamageKind.NOISE]
    assert chosen_method(DamageKind.TEARS, tmp_path) == "opencv-navier-stokes"
    (tmp_path / CARD).write_text(json.dumps({"methods": {"tears": "magic"}}))
    with pytest.raises(WeightsUnreadable, match="magic"):
        chosen_method(DamageKind.TEARS, tmp_path)


@pytest.mark.parametrize("kind", DamageKind)
def test_the_default_method_exists(kind: DamageKind) -> None:
    assert UNMEASURED[kind] in LIBRARY_METHODS[kind]


def test_a_mask_too_large_for_biharmonic_gets_another_method(tmp_path: Path) -> None:
    picture = np.full((200, 200, 3), 0.5, np.float32)
    with pytest.raises(MaskTooLarge, match=str(BIHARMONIC_LIMIT_PX)):
        inpaint_biharmonic(picture, np.ones((200, 200), bool))
    painted = np.zeros((200, 200), np.float32)
    painted[5:195, 5:195] = 1
    (tmp_path / CARD).write_text(json.dumps({"methods": {"scratches": "skimage-biharmonic"}}))
    restored = restore(
        to_picture(picture), frozenset({DamageKind.SCRATCHES}), painted=to_picture(painted), folder=tmp_path
    )
    assert restored.record.steps[0].method == "opencv-navier-stokes, mask painted"


def test_no_kind_is_refused(sound: Pixels) -> None:
    with pytest.raises(ValueError, match="at least one"):
        restore(to_picture(sound), frozenset())


def test_raising_in_the_report_cancels(sound: Pixels, weights: Path) -> None:
    class Cancelled(Exception):
        pass

    def cancel(share: float) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        restore(to_picture(sound), frozenset({DamageKind.NOISE}), folder=weights, report=cancel)
