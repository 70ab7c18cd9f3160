"""A Hugging Face model's folder: what it is, and how its encoders want their texts and pictures.

Two-sided models (CLIP by Radford et al. 2021, SigLIP by Zhai et al. 2023) put pictures and texts into one space; a
sentence encoder (Reimers and Gurevych 2019) has texts alone, with the pooling that its folder names.
"""

import hashlib
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from recommendations.engine.exporting.errors import SourceUnsuitable
from recommendations.engine.preprocessing import RESAMPLINGS, PictureInput, TextInput

TWO_SIDED = ("clip", "siglip", "siglip2")
POOLINGS = ("mean", "cls")
# Where a folder does not say how long its texts were: BERT and its kin know no longer ones.
MOST_TOKENS = 512
_WAY_OUT = "Give the folder of a CLIP or SigLIP model, or of a sentence encoder (sentence-transformers)."


@dataclass(frozen=True, slots=True)
class Source:
    """An opened model. ``pooling`` is of sentence encoders alone."""

    folder: Path
    model: Any
    tokenizer: Any
    kind: str
    pooling: str
    max_tokens: int
    text_input: TextInput
    picture_size: int = 0
    picture_input: PictureInput = field(default_factory=PictureInput)

    @property
    def is_two_sided(self) -> bool:
        """Whether pictures and texts meet in its space."""
        return self.kind in TWO_SIDED


def open_source(model: str) -> Source:
    """Open a local folder, or what a hub's id names where the hub can be reached. Raises SourceUnsuitable."""
    folder = _folder_of(model)
    config = _read(folder, "config.json")
    kind = str(config.get("model_type", ""))
    if kind in TWO_SIDED:
        return _two_sided(folder, kind)
    if "vision_config" in config:
        raise SourceUnsuitable(f"{folder} is a {kind}, which is not known here.", way_out=_WAY_OUT)
    return _sentences(folder, kind)


def weights_hash(folder: Path) -> str:
    """Twelve digits of the SHA-256 of the weights and of what else decides a vector."""
    weights = sorted([*folder.glob("*.safetensors"), *folder.glob("pytorch_model*.bin")])
    if not weights:
        raise SourceUnsuitable(f"There are no weights in {folder} (*.safetensors).", way_out=_WAY_OUT)
    digest = hashlib.sha256()
    others = ("config.json", "tokenizer.json", "preprocessor_config.json", "1_Pooling/config.json")
    for path in [*weights, *(folder / name for name in others)]:
        if path.is_file():
            with path.open("rb") as file:
                digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:12]


def _folder_of(model: str) -> Path:
    folder = Path(model)
    if folder.is_dir():
        return folder
    from huggingface_hub import snapshot_download

    try:
        return Path(snapshot_download(model, allow_patterns=["*.json", "*.txt", "*.model", "*.safetensors"]))
    except Exception as error:  # the hub's client raises a class of its own for each fault
        raise SourceUnsuitable(
            f"{model} is no folder here, and the hub did not give it: {error}", way_out=_WAY_OUT
        ) from error


def _read(folder: Path, name: str) -> dict[str, Any]:
    try:
        raw = json.loads((folder / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise SourceUnsuitable(f"There is no {folder / name}.", way_out=_WAY_OUT) from error
    except json.JSONDecodeError as error:
        raise SourceUnsuitable(f"{folder / name} is not JSON: {error}", way_out=_WAY_OUT) from error
    if not isinstance(raw, dict):
        raise SourceUnsuitable(f"{folder / name} holds no object.", way_out=_WAY_OUT)
    return raw


def _open(folder: Path) -> tuple[Any, Any]:
    import torch
    from transformers import AutoModel, AutoTokenizer

    try:
        model = AutoModel.from_pretrained(
            str(folder), local_files_only=True, attn_implementation="eager", dtype=torch.float32
        )
        tokenizer = AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    except Exception as error:  # transformers raises many
        raise SourceUnsuitable(f"transformers cannot open {folder}: {error}", way_out=_WAY_OUT) from error
    if not getattr(tokenizer, "is_fast", False):
        raise SourceUnsuitable(
            f"{folder} has no tokenizer.json.", way_out="Save its tokenizer in the fast form (tokenizer.json) first."
        )
    return model.eval(), tokenizer


def _two_sided(folder: Path, kind: str) -> Source:
    raw = _read(folder, "preprocessor_config.json")
    model, tokenizer = _open(folder)
    length = int(model.config.text_config.max_position_embeddings)
    padding = TextInput(
        # SigLIP was trained on texts that are filled up, and reads the padding too.
        pad_to=length if kind.startswith("siglip") else 0,
        pad_id=int(tokenizer.pad_token_id or 0),
        pad_token=str(tokenizer.pad_token or "[PAD]"),
    )
    size, fitting = _picture_input(folder, raw)
    expected = int(model.config.vision_config.image_size)
    if size != expected:
        raise SourceUnsuitable(f"{folder} cuts pictures to {size} px, but its encoder wants {expected} px.")
    return Source(folder, model, tokenizer, kind, "", length, padding, size, fitting)


def _picture_input(folder: Path, raw: dict[str, Any]) -> tuple[int, PictureInput]:
    from PIL import Image

    size, crop = raw.get("size", {}), raw.get("crop_size", {})
    by_code = {int(code): name for name, code in RESAMPLINGS.items()}
    try:
        resample = by_code[int(raw.get("resample", Image.Resampling.BICUBIC))]
        scaled = size if isinstance(size, dict) else {"shortest_edge": int(size)}
        cut = crop if isinstance(crop, dict) else {"height": int(crop), "width": int(crop)}
        rescale = float(raw.get("rescale_factor", 1 / 255))
        mean, std = tuple(raw["image_mean"]), tuple(raw["image_std"])
        if abs(rescale - 1 / 255) > 1e-6 or not raw.get("do_normalize", True) or not raw.get("do_resize", True):
            raise ValueError("do_resize, do_normalize or rescale_factor are not the usual ones")
        if "shortest_edge" in scaled and raw.get("do_center_crop", True):
            side, fit, resize_to = int(cut["height"]), "shortest_edge", int(scaled["shortest_edge"])
            is_square = cut["height"] == cut["width"]
        else:
            side, fit, resize_to = int(scaled["height"]), "stretch", 0
            is_square = scaled["height"] == scaled["width"] and not raw.get("do_center_crop", False)
    except (KeyError, TypeError, ValueError) as error:
        raise SourceUnsuitable(
            f"{folder / 'preprocessor_config.json'} lacks or misstates {error}.", way_out=_WAY_OUT
        ) from error
    if not is_square:
        raise SourceUnsuitable(f"{folder} does not cut its pictures to squares.", way_out=_WAY_OUT)
    return side, PictureInput(fit=fit, resize_to=resize_to, resample=resample, mean=mean, std=std)


def _sentences(folder: Path, kind: str) -> Source:
    pooling = _pooling(folder)
    model, tokenizer = _open(folder)
    if getattr(model.config, "is_encoder_decoder", False) or not hasattr(model.config, "hidden_size"):
        raise SourceUnsuitable(f"{folder} is a {kind or 'model'} that is no text encoder.", way_out=_WAY_OUT)
    limits = [MOST_TOKENS, int(getattr(model.config, "max_position_embeddings", MOST_TOKENS))]
    limits.append(min(int(tokenizer.model_max_length), MOST_TOKENS))
    if (folder / "sentence_bert_config.json").is_file():
        limits.append(int(_read(folder, "sentence_bert_config.json").get("max_seq_length") or MOST_TOKENS))
    padding = TextInput(pad_id=int(tokenizer.pad_token_id or 0), pad_token=str(tokenizer.pad_token or "[PAD]"))
    return Source(folder, model, tokenizer, kind, pooling, min(limits), padding)


def _pooling(folder: Path) -> str:
    """How the tokens' states become one vector: by sentence-transformers' files, the mean where there are none."""
    modules = folder / "modules.json"
    if modules.is_file():
        kinds = [str(module.get("type", "")) for module in json.loads(modules.read_text(encoding="utf-8"))]
        if unknown := [one for one in kinds if one.rpartition(".")[2] not in ("Transformer", "Pooling", "Normalize")]:
            raise SourceUnsuitable(f"{folder} has a step that is not known here: {unknown[0]}.", way_out=_WAY_OUT)
    if not (folder / "1_Pooling" / "config.json").is_file():
        return "mean"
    raw = _read(folder, "1_Pooling/config.json")
    chosen = [name for name in raw if name.startswith("pooling_mode_") and raw[name]]
    names = {"pooling_mode_mean_tokens": "mean", "pooling_mode_cls_token": "cls"}
    if len(chosen) != 1 or chosen[0] not in names:
        raise SourceUnsuitable(f"{folder} pools by {', '.join(chosen)}, not by one of {', '.join(POOLINGS)}.")
    return names[chosen[0]]
