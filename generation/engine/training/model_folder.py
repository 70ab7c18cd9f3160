"""Writes a model folder: the pipeline in diffusers' layout, the picture space and the vocabulary."""

import json
from pathlib import Path

import torch
from diffusers import AutoencoderTiny, StableDiffusionPipeline, UNet2DConditionModel
from transformers import BertModel, BertTokenizerFast

from generation.engine.training.model_shapes import DEFAULT_GUIDANCE, DEFAULT_STEPS, PICTURE_SIDE_PX, make_scheduler
from generation.engine.training.picture_space import PictureEncoder, TextProjection, save_picture_space
from generation.engine.training.scenes.concepts import vocabulary_document
from generation.engine.weights_hash import weights_sha256


def write_model_folder(
    folder: Path,
    *,
    tokenizer: BertTokenizerFast,
    text_encoder: BertModel,
    autoencoder: AutoencoderTiny,
    unet: UNet2DConditionModel,
    picture_encoder: PictureEncoder,
    text_projection: TextProjection,
    version: str,
    title: str,
    quality: int = 50,
    is_offered: bool = False,
) -> None:
    """Writes everything in half precision; `DiffusionPipeline.from_pretrained(folder)` loads it offline."""
    pipeline = StableDiffusionPipeline(
        vae=autoencoder,
        text_encoder=_with_pooler(text_encoder),
        tokenizer=tokenizer,
        unet=unet,
        scheduler=make_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    save_picture_space(folder, picture_encoder, text_projection)
    pipeline.to(dtype=torch.float16).save_pretrained(folder, safe_serialization=True)
    # transformers loads in the dtype that the configuration names; the other parts load in float32 by themselves.
    config_path = folder / "text_encoder" / "config.json"
    config = json.loads(config_path.read_text(encoding="utf-8"))
    config_path.write_text(json.dumps(config | {"dtype": "float32"}, indent=2) + "\n", encoding="utf-8")
    document = json.dumps(vocabulary_document(), ensure_ascii=False, indent=1)
    (folder / "vocabulary.json").write_text(document + "\n", encoding="utf-8")
    card = {
        "version": version,
        "title": title,
        "default_side": PICTURE_SIDE_PX,
        "largest_side": 512,
        "default_steps": DEFAULT_STEPS,
        "default_guidance": DEFAULT_GUIDANCE,
        "quality": quality,
        "is_offered": is_offered,
        "weights_sha256": weights_sha256(folder),
    }
    (folder / "atelier.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")


def _with_pooler(text_encoder: BertModel) -> BertModel:
    """The same encoder with the pooling layer that `from_pretrained` expects; nothing reads it, so it is zero."""
    whole = BertModel(text_encoder.config)
    whole.load_state_dict(text_encoder.state_dict(), strict=False)
    for parameter in whole.pooler.parameters():
        torch.nn.init.zeros_(parameter)
    return whole.eval()
