"""True but tiny models of a feed, made of ONNX operators: a taste is the mean of the works, a score is one feature."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from marketplace.blobs import private_store
from recommendations.engine.feed.features import NAMES
from recommendations.engine.feed.files import RANKER, SEQUENCE, Manifest, digest_of, write_manifest
from recommendations.models import RecommenderVersion
from recommendations.selectors.feeds.contents import ContentSpaces


def write_models(folder: Path, *, version: str, **weights: float) -> Manifest:
    """Models whose score is the weighted sum of the features that ``weights`` name."""
    folder.mkdir(parents=True)
    _write_sequence(folder / SEQUENCE)
    _write_ranker(folder / RANKER, weights)
    files = {name: digest_of(folder / name) for name in (RANKER, SEQUENCE)}
    manifest = Manifest(version=version, spaces=ContentSpaces.present().spaces, files=files, measures={})
    write_manifest(folder, manifest)
    return manifest


def present_version(folder: Path, *, version: str, **weights: float) -> RecommenderVersion:
    """Such models, stored and present."""
    manifest = write_models(folder / version, version=version, **weights)
    prefix = f"recommenders/{version}"
    for name in manifest.files:
        private_store().put(
            f"{prefix}/{name}", (folder / version / name).read_bytes(), media_type="application/octet-stream"
        )
    RecommenderVersion.objects.update(is_present=False)
    return RecommenderVersion.objects.create(
        version=version, state="ready", is_present=True, manifest=manifest.to_json(), storage_prefix=prefix
    )


def _save(graph: onnx.GraphProto, path: Path) -> None:
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _write_sequence(path: Path) -> None:
    inputs = [
        helper.make_tensor_value_info("content", TensorProto.FLOAT, [1, "acts", "width"]),
        helper.make_tensor_value_info("kinds", TensorProto.INT64, [1, "acts"]),
        helper.make_tensor_value_info("age_days", TensorProto.FLOAT, [1, "acts"]),
    ]
    out = helper.make_tensor_value_info("taste", TensorProto.FLOAT, [1, "width"])
    mean = helper.make_node("ReduceMean", ["content"], ["taste"], axes=[1], keepdims=0)
    _save(helper.make_graph([mean], "sequence", inputs, [out]), path)


def _write_ranker(path: Path, weights: dict[str, float]) -> None:
    column = np.array([weights.get(name, 0.0) for name in NAMES], dtype=np.float32)
    features = helper.make_tensor_value_info("features", TensorProto.FLOAT, ["works", len(NAMES)])
    out = helper.make_tensor_value_info("scores", TensorProto.FLOAT, ["works"])
    product = helper.make_node("MatMul", ["features", "weights"], ["scores"])
    graph = helper.make_graph([product], "ranker", [features], [out], [numpy_helper.from_array(column, "weights")])
    _save(graph, path)
