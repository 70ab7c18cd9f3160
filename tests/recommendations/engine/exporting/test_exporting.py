"""The export of tiny models against transformers' own answers, and folders that cannot be exported."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from transformers import AutoImageProcessor, AutoModel, AutoTokenizer

from recommendations.engine.encoders import Encoder
from recommendations.engine.exporting import __main__ as command
from recommendations.engine.exporting.comparison import TEXTS, pictures
from recommendations.engine.exporting.errors import ExportDiffers, SourceUnsuitable
from tests.recommendations.engine.exporting.tiny_models import bert, clip, siglip

CLOSE = 2e-6


def vector(answer) -> np.ndarray:
    found = answer if isinstance(answer, torch.Tensor) else answer.pooler_output
    return torch.nn.functional.normalize(found, dim=-1).numpy()


@torch.no_grad()
def by_transformers(folder: Path, *, padding: str | bool) -> tuple[np.ndarray, np.ndarray]:
    """Texts and pictures, as a reader of the model's own page would write it."""
    model = AutoModel.from_pretrained(folder).eval()
    tokenizer = AutoTokenizer.from_pretrained(folder)
    length = model.config.text_config.max_position_embeddings
    tokens = tokenizer(TEXTS, padding=padding, truncation=True, max_length=length, return_tensors="pt")
    given = {"input_ids": tokens["input_ids"]}
    if padding is True:
        given["attention_mask"] = tokens["attention_mask"]
    processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
    pixels = processor(images=pictures(), return_tensors="pt")["pixel_values"]
    return vector(model.get_text_features(**given)), vector(model.get_image_features(pixel_values=pixels))


@pytest.mark.parametrize(("make", "padding", "fit"), [(clip, True, "shortest_edge"), (siglip, "max_length", "stretch")])
def test_a_two_sided_model_answers_as_transformers_does(tmp_path, make, padding, fit):
    source = make(tmp_path / "model")
    folder, difference = command.export(str(source), tmp_path / "onnx", languages=["en", "zh"])
    assert difference < CLOSE
    texts, shown = by_transformers(source, padding=padding)
    ours = Encoder(folder)
    assert ours.facts.picture_input.fit == fit
    assert (folder.name, ours.facts.dimensions) == (ours.facts.version, texts.shape[1])
    np.testing.assert_allclose(ours.encode_texts(TEXTS), texts, atol=CLOSE)
    np.testing.assert_allclose(ours.encode_pictures(pictures()), shown, atol=CLOSE)
    # One text alone has the vector that it has among others.
    np.testing.assert_allclose(ours.encode_texts(TEXTS[1:2])[0], texts[1], atol=CLOSE)
    assert np.abs(texts[0] - texts[2]).max() > 1e-3


@pytest.mark.parametrize("pooling", ["mean", "cls"])
def test_a_sentence_encoder_pools_as_its_folder_says(tmp_path, pooling):
    source = bert(tmp_path / "model")
    (source / "1_Pooling").mkdir()
    modes = {"pooling_mode_mean_tokens": pooling == "mean", "pooling_mode_cls_token": pooling == "cls"}
    (source / "1_Pooling" / "config.json").write_text(json.dumps({"word_embedding_dimension": 32, **modes}))
    (source / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 12}))
    folder, _ = command.export(str(source), tmp_path / "onnx", languages=["en", "zh"])
    tokens = AutoTokenizer.from_pretrained(source)(
        TEXTS, padding=True, truncation=True, max_length=12, return_tensors="pt"
    )
    with torch.no_grad():
        states = (
            AutoModel.from_pretrained(source)
            .eval()(input_ids=tokens["input_ids"], attention_mask=tokens["attention_mask"])
            .last_hidden_state
        )
    mask = tokens["attention_mask"][:, :, None]
    wanted = states[:, 0] if pooling == "cls" else (states * mask).sum(1) / mask.sum(1)
    ours = Encoder(folder)
    assert (ours.facts.max_tokens, ours.facts.languages, ours.facts.picture_size) == (12, ("en", "zh"), 0)
    np.testing.assert_allclose(
        ours.encode_texts(TEXTS), torch.nn.functional.normalize(wanted, dim=1).numpy(), atol=CLOSE
    )


def test_other_weights_are_another_version(tmp_path):
    one, _ = command.export(str(bert(tmp_path / "one" / "model")), tmp_path / "onnx", languages=["en"])
    again, _ = command.export(str(tmp_path / "one" / "model"), tmp_path / "onnx", languages=["en"])
    other = bert(tmp_path / "two" / "model")
    model = AutoModel.from_pretrained(other)
    with torch.no_grad():
        model.embeddings.word_embeddings.weight[7, 3] += 0.5
    model.save_pretrained(other)
    changed, _ = command.export(str(other), tmp_path / "onnx", languages=["en"])
    assert one == again
    assert one != changed
    assert one.name.startswith("model-")


def spoil(folder: Path, name: str, **changes: object) -> None:
    path = folder / name
    raw = json.loads(path.read_text())
    path.write_text(json.dumps({key: value for key, value in (raw | changes).items() if value is not None}))


@pytest.mark.parametrize(
    ("make", "change", "said"),
    [
        (clip, lambda f: (f / "preprocessor_config.json").unlink(missing_ok=True), "preprocessor_config.json"),
        (clip, lambda f: spoil(f, "preprocessor_config.json", image_mean=None), "image_mean"),
        (clip, lambda f: spoil(f, "preprocessor_config.json", do_normalize=False), "do_normalize"),
        (siglip, lambda f: spoil(f, "preprocessor_config.json", size={"height": 48, "width": 48}), "wants 32 px"),
        (siglip, lambda f: spoil(f, "preprocessor_config.json", size={"height": 32, "width": 48}), "squares"),
        (bert, lambda f: (f / "model.safetensors").unlink(), "cannot open"),
        (bert, lambda f: (f / "config.json").write_text("{"), "not JSON"),
        (bert, lambda f: (f / "config.json").unlink(), "config.json"),
        (
            bert,
            lambda f: (f / "modules.json").write_text('[{"type": "sentence_transformers.models.Dense"}]'),
            "models.Dense",
        ),
    ],
)
def test_an_unsuitable_folder_is_refused_with_its_reason(tmp_path, make, change, said):
    source = make(tmp_path / "model")
    change(source)
    with pytest.raises(SourceUnsuitable, match=said):
        command.export(str(source), tmp_path / "onnx", languages=["en"])
    assert list((tmp_path / "onnx").glob("*")) == []


def test_an_export_that_differs_is_refused(tmp_path, monkeypatch):
    source = siglip(tmp_path / "model")
    monkeypatch.setattr(command, "LARGEST_DIFFERENCE", -1.0)
    with pytest.raises(ExportDiffers, match="differ"):
        command.export(str(source), tmp_path / "onnx", languages=["en"])
    assert list((tmp_path / "onnx").glob("*")) == []
