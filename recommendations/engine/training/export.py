"""The networks as ONNX files, checked against what they were made from."""

import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import nn

from recommendations.engine.errors import ModelUnusable
from recommendations.engine.feed.contract import KINDS, LAST_ACTS
from recommendations.engine.feed.features import NAMES
from recommendations.engine.rankers.listwise import Weigher
from recommendations.engine.training.sequence import Sequence

# float32 on two runtimes.
LARGEST_DIFFERENCE = 1e-3
OPSET = 17


def export_ranker(model: Weigher, path: Path) -> None:
    """``features`` (N, F) -> ``scores`` (N)."""
    stream = np.random.default_rng(0)
    trials = [_rows(stream, model, count) for count in (1, 3, 200)]
    free = {"features": {0: "candidates"}, "scores": {0: "candidates"}}
    _export(model, path, [{"features": trial} for trial in trials], output="scores", free=free)


def export_sequence(model: Sequence, path: Path, *, width: int) -> None:
    """``content`` (B, L, width), ``kinds`` (B, L), ``age_days`` (B, L) -> ``taste`` (B, width)."""
    stream = np.random.default_rng(0)
    trials = []
    for length in (3, 1, LAST_ACTS):
        content = stream.standard_normal((1, length, width)).astype(np.float32)
        trials.append(
            {
                "content": content / np.linalg.norm(content, axis=-1, keepdims=True),
                "kinds": stream.integers(len(KINDS), size=(1, length)),
                "age_days": stream.exponential(30.0, (1, length)).astype(np.float32),
            }
        )
    free = {name: {0: "viewers", 1: "acts"} for name in ("content", "kinds", "age_days")}
    _export(model, path, trials, output="taste", free=free | {"taste": {0: "viewers"}})


def _rows(stream: np.random.Generator, model: Weigher, count: int) -> np.ndarray:
    mean, deviation = model.mean.cpu().numpy(), model.deviation.cpu().numpy()
    return (mean + deviation * stream.standard_normal((count, len(NAMES)))).astype(np.float32)


def _export(
    model: nn.Module, path: Path, trials: list[dict[str, np.ndarray]], *, output: str, free: dict[str, dict[int, str]]
) -> None:
    """Raises ModelUnusable where the file answers a trial otherwise than the model."""
    model = model.cpu().eval()
    with warnings.catch_warnings():
        # The older exporter, as for the text encoder: the trials below would find what its tracing had missed.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            model,
            tuple(torch.from_numpy(value) for value in trials[0].values()),
            str(path),
            input_names=list(trials[0]),
            output_names=[output],
            dynamic_axes=free,
            opset_version=OPSET,
            dynamo=False,
        )
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    for trial in trials:
        (found,) = session.run([output], trial)
        with torch.no_grad():
            wanted = model(*(torch.from_numpy(value) for value in trial.values())).numpy()
        difference = float(np.abs(np.asarray(found) - wanted).max() / max(1.0, float(np.abs(wanted).max())))
        if not difference <= LARGEST_DIFFERENCE:
            raise ModelUnusable(f"{path.name} differs from the network by {difference:.2g}.", way_out="Train again.")
