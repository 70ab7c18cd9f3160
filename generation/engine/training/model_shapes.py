"""The sizes and classes of the image model's parts, in one place for training, tests and export.

They are those of version 2 (`NEXT_MODEL_NAME`), the studio's best, in whose picture space the shop searches; version 1
was made with smaller ones, and its folder says which.
All parts are stock classes of diffusers and transformers, so that the model loads without code
of ours.
"""

from diffusers import AutoencoderTiny, DPMSolverMultistepScheduler, UNet2DConditionModel
from transformers import BertConfig, BertModel

MODEL_NAME = "atelier-image-1"
NEXT_MODEL_NAME = "atelier-image-2"
PICTURE_SIDE_PX = 256
LATENT_SIDE = 16
LATENT_CHANNELS = 24
# Brings the latents, whose leading channels are the stronger ones, to a mean square of about one.
LATENT_SCALE = 1.6
TEXT_TOKENS = 48
TEXT_WIDTH = 256
DEFAULT_STEPS = 12
DEFAULT_GUIDANCE = 3.0
# Of the distilled model, which needs no guidance.
FEW_STEPS = 4


ENCODER_WIDTH = 64


def make_autoencoder() -> AutoencoderTiny:
    """256 px pictures to 16×16 latents of 24 channels and back.

    The encoder holds no non-linear block: it is a chain of linear reductions that `fit_encoder` computes in closed
    form. The decoder, which is trained, is a usual one.
    """
    return AutoencoderTiny(
        encoder_block_out_channels=(ENCODER_WIDTH,) * 5,
        decoder_block_out_channels=(48,) * 5,
        num_encoder_blocks=(0, 0, 0, 0, 0),
        num_decoder_blocks=(8, 6, 3, 1, 0),
        latent_channels=LATENT_CHANNELS,
        scaling_factor=LATENT_SCALE,
    )


def make_text_encoder(vocabulary_size: int) -> BertModel:
    """Four BERT layers of width 256; knows the padding by its attention mask."""
    config = BertConfig(
        vocab_size=vocabulary_size,
        hidden_size=TEXT_WIDTH,
        num_hidden_layers=4,
        num_attention_heads=4,
        intermediate_size=768,
        max_position_embeddings=64,
        pad_token_id=0,
        hidden_dropout_prob=0.05,
        attention_probs_dropout_prob=0.05,
    )
    # StableDiffusionPipeline hands the attention mask on only where the configuration says so.
    config.use_attention_mask = True
    return BertModel(config, add_pooling_layer=False)


def make_unet() -> UNet2DConditionModel:
    """The denoiser on 16×16 latents: three scales, attention to the words at the lower two."""
    return UNet2DConditionModel(
        sample_size=LATENT_SIDE,
        in_channels=LATENT_CHANNELS,
        out_channels=LATENT_CHANNELS,
        block_out_channels=(96, 128, 256),
        layers_per_block=1,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        mid_block_type="UNetMidBlock2DCrossAttn",
        cross_attention_dim=TEXT_WIDTH,
        attention_head_dim=4,
        norm_num_groups=16,
        use_linear_projection=True,
        time_embedding_dim=256,
        flip_sin_to_cos=True,
        freq_shift=0,
    )


def make_scheduler() -> DPMSolverMultistepScheduler:
    """Few-step sampling of a flow model (it predicts noise minus latent)."""
    return DPMSolverMultistepScheduler(
        num_train_timesteps=1000,
        prediction_type="flow_prediction",
        use_flow_sigmas=True,
        flow_shift=1.0,
        algorithm_type="dpmsolver++",
        solver_order=2,
        steps_offset=1,
    )


def make_few_step_scheduler() -> DPMSolverMultistepScheduler:
    """Plain Euler steps, which this solver's first order is for a flow; closer where the composition is decided."""
    return DPMSolverMultistepScheduler.from_config(make_scheduler().config, solver_order=1, flow_shift=2.0)
