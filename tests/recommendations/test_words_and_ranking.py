"""Words, fusion, diversity, colours, encoders: plain functions."""

import json
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from PIL import Image

from recommendations.colours import main_colour
from recommendations.engine.encoders import Encoder
from recommendations.engine.errors import EncoderMissing, EncoderUnusable
from recommendations.ranking import (
    decayed,
    diversified,
    fused_by_ranks,
    fused_by_reciprocal_rank,
    interleaved,
    ranks_by_score,
    scores_by_ranks,
)
from recommendations.words import terms_of_query, words_in
from tests.recommendations.tiny_space import COLOURS, write_picture_space


def test_words_of_both_languages():
    words = words_in("A calm 海上日落 by M. O’Neill, 2026")
    assert words.other == "A calm by M O’Neill 2026"
    assert "日落" in words.chinese
    assert ("simple", "日落") in terms_of_query("一幅美丽的日落场景")
    assert ("simple", "的") not in terms_of_query("一幅美丽的日落场景")
    assert len(terms_of_query("word " + " ".join(f"w{n}" for n in range(50)))) == 12


def test_reciprocal_rank_fusion_by_hand():
    fused = fused_by_reciprocal_rank([["a", "b"], ["b", "c"]], [2.0, 1.0])
    assert list(fused) == ["b", "a", "c"]
    assert fused["b"] == pytest.approx(2 / 62 + 1 / 61)


def test_fusion_in_arrays_is_fusion_by_keys():
    random = np.random.default_rng(5)
    rankings = [random.integers(0, 9, 40) / 8, np.where(random.random(40) < 0.5, np.nan, random.random(40))]
    by_key = [
        ranks_by_score({key: score for key, score in enumerate(each.tolist()) if not np.isnan(score)})
        for each in rankings
    ]
    expected = fused_by_ranks(by_key, [2.0, 1.0])
    assert scores_by_ranks(rankings, [2.0, 1.0]).tolist() == [expected[key] for key in range(40)]
    assert scores_by_ranks([np.array([])], [1.0]).tolist() == []


def test_diversity_takes_the_other_one_before_the_twin():
    vectors = np.array([[1, 0], [1, 0], [0, 1]], dtype=np.float32)
    assert diversified(["best", "twin", "other"], [1.0, 0.9, 0.5], vectors, limit=2, balance=0.5) == ["best", "other"]
    assert diversified(["best", "twin", "other"], [1.0, 0.9, 0.5], vectors, limit=2, balance=1) == ["best", "twin"]
    assert diversified([], [], vectors, limit=3) == []


def test_decay_halves():
    at = datetime(2026, 1, 1, tzinfo=UTC)
    assert decayed(4, at=at, now=at + timedelta(days=28), half_life_days=14) == pytest.approx(1)
    assert decayed(4, at=at + timedelta(days=1), now=at, half_life_days=14) == 4


def test_interleaving_keeps_each_once():
    assert interleaved([1, 2, 3, 4], [2, 9], limit=5) == [1, 2, 3, 4, 9]


@pytest.mark.parametrize(
    ("rgb", "name"),
    [(COLOURS["sunset"], "orange"), (COLOURS["sea"], "blue"), ((8, 8, 8), "dark"), ((250, 250, 248), "light"),
     ((128, 128, 128), "grey"), ((200, 20, 30), "red"), ((230, 120, 180), "pink")],
)  # fmt: skip
def test_colours_as_people_name_them(rgb, name):
    assert main_colour(Image.new("RGB", (40, 30), rgb)) == name


def test_encoders_give_rows_of_length_one_whatever_the_batch(tmp_path):
    encoder = Encoder(write_picture_space(tmp_path / "space"))
    one = encoder.encode_texts(["sunset"])
    many = encoder.encode_texts(["sunset", "sea and forest and sea again 日落"] * 40)
    assert many.shape == (80, 3)
    assert many.dtype == np.float32
    np.testing.assert_allclose(many[0], one[0], atol=1e-6)
    np.testing.assert_allclose(np.linalg.norm(many, axis=1), 1, atol=1e-5)
    picture = encoder.encode_pictures([Image.new("RGB", (90, 40), COLOURS["sunset"])])
    assert float(picture[0] @ one[0]) > 0.8
    assert encoder.encode_texts([]).shape == (0, 3)


def test_missing_and_broken_files_say_so(tmp_path):
    with pytest.raises(EncoderMissing, match=r"space\.json"):
        _ = Encoder(tmp_path).facts
    folder = write_picture_space(tmp_path / "space")
    (folder / "text.onnx").write_bytes(b"not a graph")
    with pytest.raises(EncoderUnusable, match="does not load"):
        Encoder(folder).encode_texts(["sunset"])
    (folder / "space.json").write_text(json.dumps({"dim": 3}))
    with pytest.raises(EncoderUnusable, match="version"):
        _ = Encoder(folder).facts
