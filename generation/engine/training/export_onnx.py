"""Exports the picture space for the web process, which holds no torch.

    python -m generation.engine.training.export_onnx --model MODEL_FOLDER --out build/onnx/picture_space_2

writes text.onnx (input_ids, attention_mask -> vector of length one), picture.onnx (pixels (N, 3, H, W) in [0, 1] ->
vector of length one), tokenizer.json and space.json. The export is refused where it differs from the original.
"""

import argparse
import hashlib
import json
import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
import onnxruntime
import torch
from torch import Tensor, nn
from transformers import BertModel

from generation.engine.training.model_shapes import NEXT_MODEL_NAME, TEXT_TOKENS
from generation.engine.training.picture_space import SPACE_DIM, SPACE_PICTURE_SIDE_PX, PictureEncoder, TextProjection
from generation.engine.training.picture_space import load_picture_space as load_space

LARGEST_DIFFERENCE = 1e-4
# Below this cosine a caption and a picture of the data program no longer share scene or palette more often than not.
# Measured on each version's own data; the second on 500 pictures (seeds from 50,000,000) and captions of both
# languages, of which 52 % share one between 0.40 and 0.45, and 45 % between 0.35 and 0.40.
SIMILARITY_FLOORS = {"atelier-image-1": 0.35, "atelier-image-2": 0.40}
USUAL_FLOOR = 0.40


class ExportDiffers(RuntimeError):
    """The exported encoders do not give what the originals give."""


class _TextSide(nn.Module):
    def __init__(self, text_encoder: BertModel, projection: TextProjection) -> None:
        super().__init__()
        self.text_encoder, self.projection = text_encoder, projection

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        states = self.text_encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return self.projection(states, attention_mask)


def space_version(model: Path) -> str:
    """A short hash of the weights that make the vectors."""
    digest = hashlib.sha256()
    for part in ("text_encoder", "picture_space"):
        for path in sorted((model / part).glob("*.safetensors")):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def export_space(model: Path, out: Path) -> float:
    """Writes the four files into `out`, whole or not at all; gives the largest difference found.

    Raises ExportDiffers.
    """
    text_encoder = BertModel.from_pretrained(model / "text_encoder", attn_implementation="eager", dtype=torch.float32)
    encoder, projection = load_space(model)
    text_side = _TextSide(text_encoder.eval(), projection).eval()
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as folder:
        draft = Path(folder) / "draft"
        draft.mkdir()
        _export(text_side, encoder, draft)
        difference = _difference(text_side, encoder, draft)
        if difference > LARGEST_DIFFERENCE:
            raise ExportDiffers(f"the exported encoders differ from the originals by {difference:.2g}")
        shutil.copyfile(model / "tokenizer" / "tokenizer.json", draft / "tokenizer.json")
        facts = {
            "name": model.name,
            "version": f"{model.name}-{space_version(model)}",
            "dim": SPACE_DIM,
            "max_tokens": TEXT_TOKENS,
            "picture_size": SPACE_PICTURE_SIDE_PX,
            "languages": ["en", "zh"],
            "similarity_floor": SIMILARITY_FLOORS.get(model.name, USUAL_FLOOR),
        }
        (draft / "space.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        if out.exists():
            shutil.rmtree(out)
        draft.rename(out)
    return difference


def _export(text_side: nn.Module, encoder: PictureEncoder, folder: Path) -> None:
    ids = torch.ones((2, 8), dtype=torch.int64)
    pixels = torch.rand(2, 3, SPACE_PICTURE_SIDE_PX, SPACE_PICTURE_SIDE_PX)
    free = {0: "batch", 1: "length"}
    with warnings.catch_warnings(), torch.no_grad():
        # The tracing exporter is quicker, and the comparison below would find what tracing had missed.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            text_side,
            (ids, ids),
            str(folder / "text.onnx"),
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={"input_ids": free, "attention_mask": free, "vector": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )
        torch.onnx.export(
            encoder,
            (pixels,),
            str(folder / "picture.onnx"),
            input_names=["pixels"],
            output_names=["vector"],
            dynamic_axes={"pixels": {0: "batch", 2: "height", 3: "width"}, "vector": {0: "batch"}},
            opset_version=17,
            dynamo=False,
        )


@torch.no_grad()
def _difference(text_side: nn.Module, encoder: PictureEncoder, folder: Path) -> float:
    generator = torch.Generator().manual_seed(0)
    largest = 0.0
    run = onnxruntime.InferenceSession(str(folder / "text.onnx"), providers=["CPUExecutionProvider"])
    for length in (3, 17, TEXT_TOKENS):
        ids = torch.randint(5, 200, (3, length), generator=generator)
        mask = (torch.arange(length)[None] < torch.tensor([length, max(1, length // 2), 2])[:, None]).long()
        got = run.run(None, {"input_ids": ids.numpy(), "attention_mask": mask.numpy()})[0]
        largest = max(largest, float(np.abs(got - text_side(ids, mask).numpy()).max()))
    run = onnxruntime.InferenceSession(str(folder / "picture.onnx"), providers=["CPUExecutionProvider"])
    for side in (SPACE_PICTURE_SIDE_PX, 96):
        pixels = torch.rand(2, 3, side, side, generator=generator)
        got = run.run(None, {"pixels": pixels.numpy()})[0]
        largest = max(largest, float(np.abs(got - encoder(pixels).numpy()).max()))
    return largest


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, default=Path(__file__).parent.parent / "models" / NEXT_MODEL_NAME)
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args()
    difference = export_space(given.model, given.out)
    print(f"wrote {given.out}; largest difference from the original: {difference:.2g}")


if __name__ == "__main__":
    main()
