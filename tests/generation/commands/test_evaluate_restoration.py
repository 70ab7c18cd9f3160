"""`manage.py evaluate_restoration` on a real painting."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from generation.engine.picture_tools.restoring.kinds import DamageKind
from generation.engine.picture_tools.restoring.library_methods import LIBRARY_METHODS

_PAINTING = Path(__file__).resolve().parents[2] / "data" / "paintings" / "monet-water-lilies-1906.jpg"


@pytest.fixture
def images(tmp_path: Path) -> Path:
    folder = tmp_path / "images"
    folder.mkdir()
    shutil.copy(_PAINTING, folder)
    return folder


def _lines(**options: object) -> dict[str, str]:
    out = StringIO()
    call_command("evaluate_restoration", stdout=out, longest=128, **options)
    return dict(line.split(": ", 1) for line in out.getvalue().splitlines())


def test_it_prints_each_method_beside_the_damaged_picture(images: Path, tmp_path: Path) -> None:
    said = _lines(images=images, kinds=["tears", "noise"], weights=tmp_path)
    name = _PAINTING.stem
    for method in ("damaged", "opencv-telea", "opencv-navier-stokes", "skimage-biharmonic"):
        assert 5 < float(said[f"psnr.{name}.tears.{method}"]) < 60
        assert 0 < float(said[f"ssim.{name}.tears.{method}"]) <= 1
    # Filling what was torn away is better than leaving it white.
    assert float(said["psnr.mean.tears.opencv-telea"]) > float(said["psnr.mean.tears.damaged"])
    assert said["learned_wins"] == "0 of 2"
    assert said["best.noise"] in LIBRARY_METHODS[DamageKind.NOISE]
    assert float(said[f"psnr.mean.noise.{said['best.noise']}"]) > float(said["psnr.mean.noise.damaged"])


def test_a_second_run_measures_the_same(images: Path, tmp_path: Path) -> None:
    assert _lines(images=images, kinds=["varnish"], weights=tmp_path) == _lines(
        images=images, kinds=["varnish"], weights=tmp_path
    )


def test_choose_writes_the_winners_into_the_card(images: Path, tmp_path: Path) -> None:
    weights = tmp_path / "weights"
    weights.mkdir()
    (weights / "atelier.json").write_text(json.dumps({"version": "7", "methods": {"noise": "learned"}}))
    said = _lines(images=images, kinds=["fading"], weights=weights, choose=True)
    card = json.loads((weights / "atelier.json").read_text())
    assert card == {"version": "7", "methods": {"noise": "learned", "fading": said["best.fading"]}}


def test_what_cannot_be_measured_is_said(images: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(CommandError, match="holds no picture"):
        _lines(images=empty)
    with pytest.raises(CommandError, match="rust"):
        _lines(images=images, kinds=["rust"])
    with pytest.raises(CommandError, match="assemble_tool"):
        _lines(images=images, kinds=["fading"], weights=empty, choose=True)
