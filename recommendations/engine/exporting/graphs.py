"""The two sides of an opened model as ONNX graphs whose answers have length 1."""

import warnings
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from recommendations.engine.exporting.sources import Source

OPSET = 17


def _features(answer: Any) -> Tensor:
    """Models answer with the vector, or with an output that holds it, by transformers' version."""
    vector = answer if isinstance(answer, Tensor) else answer.pooler_output
    return functional.normalize(vector, dim=-1)


class CausalTextSide(nn.Module):
    """CLIP's: the state of the text's end. What is filled up behind it changes nothing."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        return _features(self.model.get_text_features(input_ids=input_ids, attention_mask=attention_mask))


class PaddedTextSide(nn.Module):
    """SigLIP's: the state of the last place, with the padding in sight, so there is no mask."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: Tensor) -> Tensor:
        return _features(self.model.get_text_features(input_ids=input_ids))


class SentenceSide(nn.Module):
    """A sentence encoder's: the mean of the tokens' states that the mask keeps, or the first token's state."""

    def __init__(self, model: Any, pooling: str) -> None:
        super().__init__()
        self.model, self.pooling = model, pooling

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        states = self.model(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        if self.pooling == "cls":
            return functional.normalize(states[:, 0], dim=-1)
        mask = attention_mask.unsqueeze(-1).to(states.dtype)
        return functional.normalize((states * mask).sum(1) / mask.sum(1).clamp(min=1e-9), dim=-1)


class PictureSide(nn.Module):
    """Prepared pictures (N, 3, side, side) to vectors."""

    def __init__(self, model: Any) -> None:
        super().__init__()
        self.model = model

    def forward(self, pixels: Tensor) -> Tensor:
        return _features(self.model.get_image_features(pixel_values=pixels))


def write_graphs(source: Source, folder: Path) -> int:
    """Write ``text.onnx`` and, of a two-sided model, ``picture.onnx``; returns the dimensions of the space."""
    length = source.text_input.pad_to or 8
    ids = torch.ones((2, length), dtype=torch.int64)
    # A fixed length stays fixed: its positions are added as they are.
    free = {0: "batch"} if source.text_input.pad_to else {0: "batch", 1: "length"}
    side: nn.Module
    given: tuple[Tensor, ...]
    if source.text_input.pad_to:
        side, given = PaddedTextSide(source.model), (ids,)
    elif source.is_two_sided:
        # CLIP looks for the text's end by its number.
        ids[:, -1] = int(source.tokenizer.eos_token_id)
        side, given = CausalTextSide(source.model), (ids, torch.ones_like(ids))
    else:
        side, given = SentenceSide(source.model, source.pooling), (ids, torch.ones_like(ids))
    names = ["input_ids", "attention_mask"][: len(given)]
    _write(side.eval(), given, folder / "text.onnx", dict.fromkeys(names, free))
    if source.is_two_sided:
        pixels = torch.rand(2, 3, source.picture_size, source.picture_size)
        _write(PictureSide(source.model).eval(), (pixels,), folder / "picture.onnx", {"pixels": {0: "batch"}})
    with torch.no_grad():
        return int(side(*given).shape[1])


def _write(side: nn.Module, given: tuple[Tensor, ...], path: Path, free: dict[str, dict[int, str]]) -> None:
    with warnings.catch_warnings(), torch.no_grad():
        # The older exporter is quicker, and the comparison afterwards finds what its tracing missed.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            side,
            given,
            str(path),
            input_names=list(free),
            output_names=["vector"],
            dynamic_axes={**free, "vector": {0: "batch"}},
            opset_version=OPSET,
            dynamo=False,
        )
