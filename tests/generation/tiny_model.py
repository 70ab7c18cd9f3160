"""A random model in the layout of the real one, small enough that a step takes milliseconds. Real diffusers
classes.

    python -m tests.generation.tiny_model FOLDER
"""

import sys
import warnings
from pathlib import Path

NAME = "tiny-image"
_WORDS = [
    "a",
    "an",
    "beautiful",
    "sunset",
    "over",
    "the",
    "sea",
    "mountains",
    "forest",
    "at",
    "night",
    "in",
    "style",
    "of",
    "picture",
    "一",
    "幅",
    "美",
    "丽",
    "的",
    "日",
    "落",
]


def make_tiny_model(folder: Path) -> Path:
    """Write the model into ``folder`` and return it; 64 px and larger, 8-fold latents."""
    import torch
    from diffusers import AutoencoderTiny, DPMSolverMultistepScheduler, StableDiffusionPipeline, UNet2DConditionModel
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    torch.manual_seed(7)
    vocabulary = {word: i for i, word in enumerate(["[PAD]", "[UNK]", *_WORDS])}
    splitter = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    splitter.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=splitter, pad_token="[PAD]", unk_token="[UNK]", model_max_length=16
    )
    config = BertConfig(
        vocab_size=len(vocabulary),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=32,
    )
    config.use_attention_mask = True
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = StableDiffusionPipeline(
            vae=AutoencoderTiny(
                encoder_block_out_channels=(8,) * 4,
                decoder_block_out_channels=(8,) * 4,
                latent_channels=4,
                scaling_factor=1.0,
            ),
            text_encoder=BertModel(config, add_pooling_layer=False),
            tokenizer=tokenizer,
            unet=UNet2DConditionModel(
                sample_size=16,
                in_channels=4,
                out_channels=4,
                block_out_channels=(16, 32),
                layers_per_block=1,
                down_block_types=("DownBlock2D", "CrossAttnDownBlock2D"),
                up_block_types=("CrossAttnUpBlock2D", "UpBlock2D"),
                cross_attention_dim=32,
                attention_head_dim=4,
                norm_num_groups=8,
            ),
            scheduler=DPMSolverMultistepScheduler(
                prediction_type="flow_prediction", use_flow_sigmas=True, steps_offset=1
            ),
            safety_checker=None,
            feature_extractor=None,
            requires_safety_checker=False,
        )
        pipeline.save_pretrained(folder, safe_serialization=True)
    return folder


if __name__ == "__main__":
    make_tiny_model(Path(sys.argv[1]))
