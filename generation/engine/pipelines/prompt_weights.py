"""Text states of a weighted prompt, for pipelines with one text encoder."""

from typing import Any

import torch
from torch import Tensor

from generation.engine.contract import FailureCode
from generation.engine.prompt_syntax import parse_weights
from generation.engine.stopping import GaveUp


@torch.inference_mode()
def weighted_states(pipeline: Any, prompt: str, *, device: torch.device) -> Tensor:
    """States (1, tokens, width) of `prompt`, each token's moved away from the empty prompt's by its weight.

    State i becomes e + w (s - e), with s of the whole prompt, e of the empty one at the same place; the rule is that of
    the library compel. Raises GaveUp(MODEL_UNSUITABLE) where the pipeline has no single text encoder, and what
    `parse_weights` raises.
    """
    tokenizer, encoder = getattr(pipeline, "tokenizer", None), getattr(pipeline, "text_encoder", None)
    if tokenizer is None or encoder is None or getattr(pipeline, "text_encoder_2", None) is not None:
        raise GaveUp(FailureCode.MODEL_UNSUITABLE, f"{type(pipeline).__name__} takes no weights in prompts")
    ids, weights = _weighted_ids(tokenizer, prompt)
    plain = _states(pipeline, ids, device)
    if all(weight == 1.0 for weight in weights):
        return plain
    empty, _ = _weighted_ids(tokenizer, "")
    ground = _states(pipeline, empty, device)
    factors = torch.tensor(weights, device=plain.device, dtype=plain.dtype)[None, :, None]
    return ground + factors * (plain - ground)


def _weighted_ids(tokenizer: Any, prompt: str) -> tuple[list[int], list[float]]:
    """Token ids padded to the encoder's length, and a weight for each; what does not fit is cut off."""
    length: int = tokenizer.model_max_length
    frame = tokenizer("", add_special_tokens=True).input_ids
    first, last = frame[: len(frame) // 2], frame[len(frame) // 2 :]
    ids: list[int] = []
    weights: list[float] = []
    for piece in parse_weights(prompt):
        inside = tokenizer(piece.text, add_special_tokens=False).input_ids
        ids += inside
        weights += [piece.weight] * len(inside)
    room = length - len(first) - len(last)
    ids, weights = first + ids[:room] + last, [1.0] * len(first) + weights[:room] + [1.0] * len(last)
    missing = length - len(ids)
    return ids + [tokenizer.pad_token_id] * missing, weights + [1.0] * missing


def _states(pipeline: Any, ids: list[int], device: torch.device) -> Tensor:
    encoder = pipeline.text_encoder
    shown = torch.tensor([ids], device=device)
    mask = None
    if getattr(encoder.config, "use_attention_mask", False):
        mask = (shown != pipeline.tokenizer.pad_token_id).long()
    states: Tensor = encoder(shown, attention_mask=mask)[0]
    return states
