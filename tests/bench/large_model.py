"""A randomly initialised model of SDXL's size and make: pictures of noise, at the price of real ones.

The sizes are those that stabilityai/stable-diffusion-xl-base-1.0 publishes in its configuration files (UNet 2.57
billion weights, text encoders of 123 and 695 million, a VAE of 84 million). With ``tiny`` the same make, small.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

NAME, TINY_NAME = "random-of-sdxl-size", "random-tiny"
_WORDS = ["a", "beautiful", "sunset", "over", "the", "sea", "picture"]
_UNET: dict[str, Any] = {
    "sample_size": 128,
    "block_out_channels": (320, 640, 1280),
    "transformer_layers_per_block": (1, 2, 10),
    "attention_head_dim": (5, 10, 20),
    "cross_attention_dim": 2048,
    "projection_class_embeddings_input_dim": 2816,
    "addition_time_embed_dim": 256,
}
_TINY_UNET: dict[str, Any] = {
    "sample_size": 16,
    "block_out_channels": (32, 64, 64),
    "transformer_layers_per_block": (1, 1, 1),
    "attention_head_dim": (2, 2, 2),
    "cross_attention_dim": 64,
    # Six numbers of 8 channels each (sizes and crops), and the second encoder's projection.
    "projection_class_embeddings_input_dim": 6 * 8 + 32,
    "addition_time_embed_dim": 8,
    "norm_num_groups": 8,
}
_FIRST = {"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12, "num_attention_heads": 12}
_SECOND = {"hidden_size": 1280, "intermediate_size": 5120, "num_hidden_layers": 32, "num_attention_heads": 20}
_TINY_TEXT = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 2, "num_attention_heads": 2}
_VAE, _TINY_VAE = (128, 256, 512, 512), (16, 16, 16, 16)


def make_large_model(models_dir: Path, *, tiny: bool, device: str) -> Path:
    """Write the model below ``models_dir`` and return its folder: in float16 where ``device`` is a GPU."""
    import torch
    from diffusers import (
        AutoencoderKL,
        EulerDiscreteScheduler,
        StableDiffusionXLPipeline,
        UNet2DConditionModel,
    )
    from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

    folder = models_dir / (TINY_NAME if tiny else NAME)
    common = {"vocab_size": len(_WORDS) + 3 if tiny else 49408, "bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
    first = CLIPTextConfig(**common, **(_TINY_TEXT if tiny else _FIRST), projection_dim=32 if tiny else 768)
    second = CLIPTextConfig(
        **common, **(_TINY_TEXT if tiny else _SECOND), projection_dim=32 if tiny else 1280, hidden_act="gelu"
    )
    torch.manual_seed(7)
    # Made where it will run: a GPU draws billions of numbers in seconds.
    with torch.device(device), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = StableDiffusionXLPipeline(
            vae=AutoencoderKL(
                block_out_channels=_TINY_VAE if tiny else _VAE,
                down_block_types=("DownEncoderBlock2D",) * 4,
                up_block_types=("UpDecoderBlock2D",) * 4,
                latent_channels=4,
                layers_per_block=1 if tiny else 2,
                norm_num_groups=8 if tiny else 32,
                sample_size=128 if tiny else 1024,
                scaling_factor=0.13025,
            ),
            text_encoder=CLIPTextModel(first),
            text_encoder_2=CLIPTextModelWithProjection(second),
            tokenizer=_tokenizer(),
            tokenizer_2=_tokenizer(),
            unet=UNet2DConditionModel(
                down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
                up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
                addition_embed_type="text_time",
                use_linear_projection=True,
                layers_per_block=1 if tiny else 2,
                **(_TINY_UNET if tiny else _UNET),
            ),
            scheduler=EulerDiscreteScheduler(
                beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear", steps_offset=1
            ),
        )
    if device == "cuda":
        pipeline.to(torch_dtype=torch.float16)
    pipeline.save_pretrained(folder, safe_serialization=True)
    side = 128 if tiny else 1024
    card = {"version": "1", "default_side": side, "largest_side": side, "default_steps": 4 if tiny else 30}
    (folder / "atelier.json").write_text(json.dumps(card))
    return folder


def _tokenizer() -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    vocabulary = {word: number for number, word in enumerate(["[PAD]", "[BOS]", "[EOS]", *_WORDS])}
    splitter = Tokenizer(models.WordLevel(vocabulary, unk_token="[EOS]"))
    splitter.pre_tokenizer = pre_tokenizers.Whitespace()
    return PreTrainedTokenizerFast(
        tokenizer_object=splitter, pad_token="[PAD]", unk_token="[EOS]", eos_token="[EOS]", model_max_length=77
    )
