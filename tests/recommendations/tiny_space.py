"""A true but tiny picture space, made of ONNX operators: a picture is its mean colour, a word the colour it names.

So a query finds pictures by their pixels in either language, without any training.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers

# Colours as directions from middle grey.
WORDS = {
    "sunset": (1.0, 0.1, -0.9),
    "日落": (1.0, 0.1, -0.9),
    "sea": (-0.9, 0.0, 1.0),
    "大海": (-0.9, 0.0, 1.0),
    "forest": (-0.6, 1.0, -0.6),
    "森林": (-0.6, 1.0, -0.6),
}
COLOURS = {"sunset": (240, 130, 30), "sea": (20, 110, 230), "forest": (40, 190, 60)}
PICTURE_SIZE = 32


def write_picture_space(folder: Path, *, version: str = "tiny-1", floor: float = 0.6) -> Path:
    """Write the space's four files."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_tokenizer(folder)
    _write_text_encoder(folder)
    _write_picture_encoder(folder)
    facts = {
        "version": version,
        "dim": 3,
        "max_tokens": 16,
        "picture_size": PICTURE_SIZE,
        "languages": ["en", "zh"],
        "similarity_floor": floor,
    }
    (folder / "space.json").write_text(json.dumps(facts))
    return folder


def write_text_space(folder: Path, *, version: str = "tiny-text-1") -> Path:
    """A text space of English alone, over the same words."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_tokenizer(folder)
    _write_text_encoder(folder)
    facts = {"version": version, "dim": 3, "max_tokens": 16, "languages": ["en"], "similarity_floor": 0.6}
    (folder / "space.json").write_text(json.dumps(facts))
    return folder


def _vocabulary() -> dict[str, int]:
    return {"[PAD]": 0, "[UNK]": 1, **{word: index for index, word in enumerate(WORDS, start=2)}}


def _write_tokenizer(folder: Path) -> None:
    tokenizer = Tokenizer(models.WordLevel(_vocabulary(), unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    chinese = "|".join(word for word in WORDS if not word.isascii())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.Split(Regex(chinese), "isolated"), pre_tokenizers.Whitespace()]
    )
    tokenizer.save(str(folder / "tokenizer.json"))


def _save(graph: onnx.GraphProto, path: Path) -> None:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _write_text_encoder(folder: Path) -> None:
    table = np.array([(0, 0, 0), (0, 0, 0), *WORDS.values()], dtype=np.float32)
    ids = helper.make_tensor_value_info("input_ids", TensorProto.INT64, ["batch", "length"])
    mask = helper.make_tensor_value_info("attention_mask", TensorProto.INT64, ["batch", "length"])
    out = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", 3])
    nodes = [
        helper.make_node("Gather", ["table", "input_ids"], ["words"], axis=0),
        helper.make_node("Cast", ["attention_mask"], ["kept"], to=TensorProto.FLOAT),
        helper.make_node("Unsqueeze", ["kept", "last"], ["column"]),
        helper.make_node("Mul", ["words", "column"], ["kept_words"]),
        helper.make_node("ReduceSum", ["kept_words", "second"], ["sum"], keepdims=0),
        helper.make_node("LpNormalization", ["sum"], ["vector"], axis=1, p=2),
    ]
    constants = [
        numpy_helper.from_array(table, "table"),
        numpy_helper.from_array(np.array([2], dtype=np.int64), "last"),
        numpy_helper.from_array(np.array([1], dtype=np.int64), "second"),
    ]
    _save(helper.make_graph(nodes, "text", [ids, mask], [out], constants), folder / "text.onnx")


def _write_picture_encoder(folder: Path) -> None:
    pixels = helper.make_tensor_value_info("pixels", TensorProto.FLOAT, ["batch", 3, PICTURE_SIZE, PICTURE_SIZE])
    out = helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["batch", 3])
    nodes = [
        helper.make_node("ReduceMean", ["pixels"], ["mean"], axes=[2, 3], keepdims=0),
        helper.make_node("Sub", ["mean", "grey"], ["from_grey"]),
        helper.make_node("LpNormalization", ["from_grey"], ["vector"], axis=1, p=2),
    ]
    grey = numpy_helper.from_array(np.array([0.5], dtype=np.float32), "grey")
    _save(helper.make_graph(nodes, "picture", [pixels], [out], [grey]), folder / "picture.onnx")
