"""Words and pictures to vectors of length 1, on ONNX Runtime.

A space's folder holds ``space.json``, ``tokenizer.json``, ``text.onnx`` and, where it has pictures, ``picture.onnx``.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from tokenizers import Tokenizer

from recommendations.engine.errors import EncoderMissing
from recommendations.engine.preprocessing import TextInput
from recommendations.engine.sessions import session
from recommendations.engine.space import WAY_OUT, SpaceFacts, read_space

Vectors = NDArray[np.float32]
BATCH = 32


def normalised(vectors: Vectors) -> Vectors:
    """Rows scaled to length 1; a row of zeros stays."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return (vectors / np.where(lengths == 0, 1, lengths)).astype(np.float32)


@cache
def _tokenizer(path: Path, modified_ns: int, max_tokens: int, text: TextInput) -> Tokenizer:
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(max_length=max_tokens)
    # Whatever the file says: rows of one batch are padded to its longest, or as the space wants it.
    tokenizer.enable_padding(length=text.pad_to or None, pad_id=text.pad_id, pad_token=text.pad_token)
    return tokenizer


class Encoder:
    """The encoders of one space's folder. Files are read when first used."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def facts(self) -> SpaceFacts:
        """What the space says of itself. Raises EncoderMissing and EncoderUnusable."""
        return _facts(self.folder, _modified_ns(self.folder / "space.json"))

    def is_present(self) -> bool:
        """Whether the space was exported to this folder."""
        return (self.folder / "space.json").is_file()

    def encode_texts(self, texts: Sequence[str]) -> Vectors:
        """(N, dimensions) float32 rows of length 1. Longer texts are cut at the space's ``max_tokens``."""
        facts = self.facts
        path = self.folder / "tokenizer.json"
        tokenizer = _tokenizer(path, _modified_ns(path), facts.max_tokens, facts.text_input)
        run = session(self.folder / "text.onnx")
        wanted = {entry.name for entry in run.get_inputs()}
        rows = []
        for start in range(0, len(texts), BATCH):
            tokens = tokenizer.encode_batch(list(texts[start : start + BATCH]))
            given = {
                "input_ids": np.array([t.ids for t in tokens], dtype=np.int64),
                "attention_mask": np.array([t.attention_mask for t in tokens], dtype=np.int64),
                "token_type_ids": np.array([t.type_ids for t in tokens], dtype=np.int64),
            }
            rows.append(run.run(None, {name: given[name] for name in wanted})[0])
        return normalised(np.concatenate(rows)) if rows else np.zeros((0, facts.dimensions), np.float32)

    def encode_pictures(self, pictures: Sequence[Image.Image]) -> Vectors:
        """(N, dimensions) float32 rows of length 1; each picture is cut and scaled as the space says."""
        facts = self.facts
        run = session(self.folder / "picture.onnx")
        name, wanted = run.get_inputs()[0].name, facts.picture_input
        rows = []
        for start in range(0, len(pictures), BATCH):
            batch = np.stack([wanted.array_of(p, facts.picture_size) for p in pictures[start : start + BATCH]])
            rows.append(run.run(None, {name: batch})[0])
        return normalised(np.concatenate(rows)) if rows else np.zeros((0, facts.dimensions), np.float32)


def _modified_ns(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError as error:
        raise EncoderMissing(f"There is no {path}.", way_out=WAY_OUT) from error


@cache
def _facts(folder: Path, modified_ns: int) -> SpaceFacts:
    return read_space(folder)
