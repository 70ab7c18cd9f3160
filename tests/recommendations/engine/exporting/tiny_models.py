"""Folders of tiny models with random weights, as transformers itself saves them."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertModel,
    CLIPConfig,
    CLIPImageProcessorPil,
    CLIPModel,
    PreTrainedTokenizerFast,
    SiglipConfig,
    SiglipImageProcessorPil,
    SiglipModel,
)

WORDS = [
    "sunset",
    "sea",
    "mountains",
    "boat",
    "ink",
    "beautiful",
    "a",
    "the",
    "over",
    "of",
    "in",
    "mist",
    "geometric",
    "shapes",
    "海",
    "上",
    "日",
    "落",
]
SMALL = {"hidden_size": 32, "intermediate_size": 48, "num_hidden_layers": 2, "num_attention_heads": 4}
SIDE = 32


def _tokenizer(special: dict[str, str], *, template: str) -> PreTrainedTokenizerFast:
    vocabulary = {word: number for number, word in enumerate([*dict.fromkeys(special.values()), *WORDS])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token=special["unk_token"]))
    made.normalizer = normalizers.BertNormalizer(lowercase=True, handle_chinese_chars=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokens = [(token, vocabulary[token]) for token in dict.fromkeys(special.values())]
    made.post_processor = processors.TemplateProcessing(single=template, special_tokens=tokens)
    return PreTrainedTokenizerFast(tokenizer_object=made, **special)


def clip(folder: Path, *, dimensions: int = 24) -> Path:
    """Fills up with its end token, cuts the middle out, and has the mean and spread of the original."""
    torch.manual_seed(1)
    special = {"pad_token": "<e>", "unk_token": "<u>", "bos_token": "<b>", "eos_token": "<e>"}
    tokenizer = _tokenizer(special, template="<b> $A <e>")
    text = {**SMALL, "vocab_size": len(tokenizer), "max_position_embeddings": 20, "bos_token_id": 2, "eos_token_id": 0}
    picture = {**SMALL, "image_size": SIDE, "patch_size": 8}
    CLIPModel(CLIPConfig(text_config=text, vision_config=picture, projection_dim=dimensions)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    CLIPImageProcessorPil(size={"shortest_edge": 40}, crop_size={"height": SIDE, "width": SIDE}).save_pretrained(folder)
    return folder


def siglip(folder: Path) -> Path:
    """Every text has sixteen tokens; pictures are stretched to the square."""
    torch.manual_seed(2)
    tokenizer = _tokenizer({"pad_token": "</s>", "unk_token": "<unk>", "eos_token": "</s>"}, template="$A </s>")
    text = {**SMALL, "vocab_size": len(tokenizer), "max_position_embeddings": 16, "projection_size": 32}
    picture = {**SMALL, "image_size": SIDE, "patch_size": 8}
    SiglipModel(SiglipConfig(text_config=text, vision_config=picture)).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    SiglipImageProcessorPil(size={"height": SIDE, "width": SIDE}, resample=2).save_pretrained(folder)
    return folder


def bert(folder: Path) -> Path:
    """A text encoder of English and Chinese words."""
    torch.manual_seed(3)
    special = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]"}
    tokenizer = _tokenizer(special, template="[CLS] $A [SEP]")
    config = BertConfig(**SMALL, vocab_size=len(tokenizer), max_position_embeddings=40)
    BertModel(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder
