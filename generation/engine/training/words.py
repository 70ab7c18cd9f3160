# ruff: noqa: S106 -- special tokens, not passwords
"""The tokenizer of the text encoder, trained on the captions of the data program."""

import string
from collections.abc import Iterator

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import BertTokenizerFast

from generation.engine.training.model_shapes import TEXT_TOKENS
from generation.engine.training.scenes.captions import caption
from generation.engine.training.scenes.concept_words import CONCEPTS
from generation.engine.training.scenes.concepts import HINTS
from generation.engine.training.scenes.facts import draw_facts

SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def _texts(count: int) -> Iterator[str]:
    for concept in CONCEPTS:
        yield from concept.en
        yield from concept.zh
    for words in HINTS.values():
        yield from words
    for seed in range(count):
        facts = draw_facts(seed)
        yield caption(facts, "en", 0)
        yield caption(facts, "zh", 0)


def train_tokenizer(*, captions: int = 6000, vocabulary_size: int = 1600) -> BertTokenizerFast:
    """A WordPiece tokenizer of the captions' words; Chinese is one token a character. Deterministic."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True, handle_chinese_chars=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    trainer = trainers.WordPieceTrainer(
        vocab_size=vocabulary_size,
        min_frequency=1,
        special_tokens=list(SPECIAL),
        initial_alphabet=list(string.ascii_lowercase + string.digits),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_texts(captions), trainer)
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(t, tokenizer.token_to_id(t)) for t in ("[CLS]", "[SEP]")]
    )
    tokenizer.decoder = decoders.WordPiece()
    return BertTokenizerFast(
        tokenizer_object=tokenizer,
        model_max_length=TEXT_TOKENS,
        unk_token="[UNK]",
        pad_token="[PAD]",
        cls_token="[CLS]",
        sep_token="[SEP]",
        mask_token="[MASK]",
        tokenizer_class="BertTokenizerFast",
    )
