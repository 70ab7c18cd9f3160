"""A LoRA file is read strictly and without torch; what is broken, hidden in it, or no LoRA is refused by its name."""

import hashlib
import json
import pickle
import zipfile
from io import BytesIO
from uuid import UUID

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.engine import contract
from generation.engine.adapters.faults import AdapterUnusable, Fault
from generation.engine.adapters.files import AdapterFiles
from generation.engine.adapters.fitting import ModelShapes, misfit, shapes_of
from generation.engine.adapters.layout import parts_of
from generation.engine.adapters.safetensors_header import LONGEST_HEADER, read_header
from generation.engine.stopping import GaveUp
from marketplace.core.blobs import BlobNotFound
from tests.generation.lora_files import lora_arrays, safetensors_file, with_header

TO_Q = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
WHOLE = safetensors_file(lora_arrays({TO_Q: (8, 8)}))


def _zip() -> bytes:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("archive/data.pkl", pickle.dumps({}))
    return buffer.getvalue()


def _entry(begin: int, end: int, shape: list[int] | None = None, dtype: str = "F32") -> dict:
    return {"dtype": dtype, "shape": shape if shape is not None else [(end - begin) // 4], "data_offsets": [begin, end]}


def _header(**entries: object) -> bytes:
    return json.dumps(entries).encode()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"", Fault.NOT_SAFETENSORS),
        (b"GIF89a and so on", Fault.NOT_SAFETENSORS),
        (pickle.dumps({"a": list(range(100))}), Fault.PICKLE),
        (_zip(), Fault.PICKLE),
        (WHOLE[:40], Fault.TRUNCATED),
        (WHOLE[:-1], Fault.TRUNCATED),
        (WHOLE + b"hidden", Fault.OFFSETS_WRONG),
        ((LONGEST_HEADER + 1).to_bytes(8, "little") + b"{}", Fault.HEADER_TOO_LARGE),
        ((2**63).to_bytes(8, "little") + b"{}", Fault.HEADER_TOO_LARGE),
        (with_header(b"{not json}"), Fault.HEADER_UNREADABLE),
        (with_header(b'{"a": ' * 3000), Fault.HEADER_UNREADABLE),
        (with_header(b'{"a": ' + b"[" * 100_000), Fault.HEADER_UNREADABLE),
        (with_header(b'{"a":1,"a":2}'), Fault.HEADER_UNREADABLE),
        (with_header(b'{"a":\xff}'), Fault.HEADER_UNREADABLE),
        (with_header(_header(a=[1])), Fault.HEADER_UNREADABLE),
        (with_header(_header(a=_entry(0, 4) | {"more": 1}), b"1234"), Fault.HEADER_UNREADABLE),
        (with_header(_header(a=_entry(0, 4, [True])), b"1234"), Fault.HEADER_UNREADABLE),
        (with_header(_header(a=_entry(0, 4, [-1])), b"1234"), Fault.HEADER_UNREADABLE),
        (with_header(_header(a=_entry(0, 4, [1] * 20)), b"1234"), Fault.HEADER_UNREADABLE),
        (with_header(_header(__metadata__={"a": 1})), Fault.HEADER_UNREADABLE),
        (with_header(_header(a=_entry(0, 4, dtype="OBJECT")), b"1234"), Fault.FORMAT_UNKNOWN),
        (with_header(_header(a=_entry(0, 8), b=_entry(4, 12)), b"123456781234"), Fault.OFFSETS_WRONG),
        (with_header(_header(a=_entry(0, 4), b=_entry(8, 12)), b"123456781234"), Fault.OFFSETS_WRONG),
        (with_header(_header(a=_entry(0, 4), b=_entry(0, 4)), b"1234"), Fault.OFFSETS_WRONG),
        (with_header(_header(a=_entry(0, 8, [3])), b"12345678"), Fault.OFFSETS_WRONG),
        (with_header(_header(a=_entry(8, 4, [1])), b"12345678"), Fault.OFFSETS_WRONG),
        (with_header(b"{}"), Fault.NO_PAIRS),
    ],
)
def test_what_is_no_whole_file_of_plain_tensors_is_refused(data, fault):
    with pytest.raises(AdapterUnusable) as told:
        parts_of(read_header(data))
    assert told.value.fault is fault


def _arrays(**more: np.ndarray) -> bytes:
    return safetensors_file({**lora_arrays({TO_Q: (8, 8)}), **more})


ONE = np.ones(1, np.float32)
TWO = np.ones((8, 8), np.float32)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (safetensors_file({"unet.conv_in.weight": TWO}), Fault.NO_PAIRS),
        (safetensors_file({f"{TO_Q}.hada_w1_a": TWO}), Fault.NO_PAIRS),
        (safetensors_file({f"{TO_Q}.lora_A.weight": TWO}), Fault.HALF_A_PAIR),
        (
            safetensors_file({f"{TO_Q}.lora_A.weight": TWO, f"{TO_Q}.lora_B.weight": np.ones((8, 3), np.float32)}),
            Fault.PAIR_DOES_NOT_MATCH,
        ),
        (
            safetensors_file(
                {f"{TO_Q}.lora_A.weight": TWO, f"{TO_Q}.lora_B.weight": np.ones((8, 8, 3, 3), np.float32)}
            ),
            Fault.PAIR_DOES_NOT_MATCH,
        ),
        (
            safetensors_file({f"{TO_Q}.lora_A.weight": TWO[:0], f"{TO_Q}.lora_B.weight": TWO[:, :0]}),
            Fault.PAIR_DOES_NOT_MATCH,
        ),
        (_arrays(**{f"{TO_Q}.lora_down.weight": TWO}), Fault.PAIR_DOES_NOT_MATCH),
        (_arrays(**{f"{TO_Q}.dora_scale": ONE}), Fault.OTHER_PARTS),
        (_arrays(**{"elsewhere.alpha": ONE}), Fault.OTHER_PARTS),
        (_arrays(**{f"{TO_Q}.lora_mid.weight": TWO}), Fault.OTHER_PARTS),
        (safetensors_file(lora_arrays({"prior.to_q": (8, 8)})), Fault.OTHER_PARTS),
        (
            safetensors_file(lora_arrays({TO_Q: (8, 8)}), {"lora_adapter_metadata": '{"unet.lora_alpha": "much"}'}),
            Fault.SCALE_UNREADABLE,
        ),
        (safetensors_file(lora_arrays({TO_Q: (8, 8)}), {"lora_adapter_metadata": "[" * 9}), Fault.SCALE_UNREADABLE),
    ],
)
def test_what_is_no_lora_file_or_more_than_one_is_refused(data, fault):
    with pytest.raises(AdapterUnusable) as told:
        parts_of(read_header(data))
    assert told.value.fault is fault


@given(st.binary(min_size=1, max_size=400))
def test_any_bytes_are_refused_in_words_and_break_nothing(data):
    for whole in (data, with_header(b"{" + data), WHOLE[:8] + data + WHOLE[8:]):
        with pytest.raises(AdapterUnusable):
            parts_of(read_header(whole))


@given(st.integers(min_value=0, max_value=len(WHOLE) - 1), st.integers(min_value=1, max_value=255))
def test_a_changed_byte_is_refused_or_leaves_a_file_that_is_whole(at, change):
    broken = bytearray(WHOLE)
    broken[at] ^= change
    try:
        parts = parts_of(read_header(bytes(broken)))
    except AdapterUnusable:
        return
    assert [(part.inputs, part.outputs, part.rank) for part in parts] == [(8, 8, 2)]


@pytest.mark.parametrize(
    ("stem", "sides", "component", "name"),
    [
        (TO_Q, ("lora_A", "lora_B"), "unet", TO_Q[5:]),
        (TO_Q, ("lora.down", "lora.up"), "unet", TO_Q[5:]),
        ("base_model.model." + TO_Q[5:], ("lora_A", "lora_B"), "unet", TO_Q[5:]),
        (TO_Q[5:], ("lora_A", "lora_B"), "unet", TO_Q[5:]),
        (
            "lora_unet_mid_block_attentions_0_proj_in",
            ("lora_down", "lora_up"),
            "unet",
            "mid_block_attentions_0_proj_in",
        ),
        ("lora_te_text_model_encoder", ("lora_down", "lora_up"), "text_encoder", "text_model_encoder"),
        ("lora_te2_text_model_encoder", ("lora_down", "lora_up"), "text_encoder_2", "text_model_encoder"),
        ("text_encoder.encoder.q_proj", ("lora_linear_layer.down", "lora_linear_layer.up"), "text_encoder", None),
        ("transformer.blocks.0.to_q", ("lora_A", "lora_B"), "transformer", "blocks.0.to_q"),
    ],
)
def test_the_layouts_of_diffusers_peft_and_kohya_are_read(stem, sides, component, name):
    part = parts_of(read_header(safetensors_file(lora_arrays({stem: (6, 10)}, sides=sides))))[0]
    assert (part.component, part.inputs, part.outputs, part.rank) == (component, 6, 10, 2)
    assert part.name == (name or "encoder.q_proj")


def test_the_former_layout_of_diffusers_is_read():
    stem = "unet.mid_block.attn1.processor.to_out"
    arrays = {f"{stem}_lora.down.weight": TWO[:2], f"{stem}_lora.up.weight": TWO[:, :2]}
    assert parts_of(read_header(safetensors_file(arrays)))[0].name == "mid_block.attn1.to_out.0"


def test_the_writers_scale_is_read_and_none_of_its_other_words():
    told = {
        "unet.lora_alpha": 8,
        "unet.alpha_pattern": {"attn2.to_k": 4},
        "unet.use_rslora": True,
        "unet.megatron_core": "os",
        "unet.megatron_config": {"a": 1},
    }
    parts = {"unet.attn1.to_k": (8, 8), "unet.attn2.to_k": (8, 8)}
    data = safetensors_file(lora_arrays(parts, rank=4), {"lora_adapter_metadata": json.dumps(told)})
    assert [part.alpha for part in parts_of(read_header(data))] == [16.0, 8.0]


def test_a_file_fits_a_model_that_has_its_parts_in_their_shapes():
    model = ModelShapes({"mid_block_to_q": (8, 16), "conv": (4, 4, 3, 3)}, words_can_change=False)

    def seen(**parts: tuple[int, int]) -> str | None:
        arrays = lora_arrays({name.replace("__", "."): shape for name, shape in parts.items()})
        return misfit(shapes_of(parts_of(read_header(safetensors_file(arrays)))), model)

    assert seen(unet__mid_block__to_q=(8, 16)) is None
    assert seen(lora_unet_mid_block_to_q=(8, 16)) is None
    assert seen(unet__mid_block__to_q=(768, 16)) == "unet.mid_block_to_q"
    assert seen(unet__mid_block__to_k=(8, 16)) == "unet.mid_block_to_k"
    assert seen(unet__conv=(4, 4)) == "unet.conv"
    assert seen(unet__mid_block__to_q=(8, 16), text_encoder__q_proj=(8, 8)) == "text_encoder.q_proj"
    assert seen(transformer__to_q=(8, 16)) == "transformer.to_q"
    # Its names are translated by diffusers first: only the worker can tell.
    assert seen(lora_unet_input_blocks_1_1_proj_in=(8, 16)) is None


class _Store:
    """A store that counts what is fetched."""

    def __init__(self, **blobs: bytes) -> None:
        self.blobs, self.fetched = blobs, 0

    def get(self, key: str) -> bytes:
        self.fetched += 1
        if key not in self.blobs:
            raise BlobNotFound
        return self.blobs[key]


def _adapter(key: str, data: bytes) -> contract.Adapter:
    return contract.Adapter(key=key, sha256=hashlib.sha256(data).hexdigest(), weight=1.0, name="One")


def test_a_worker_fetches_each_file_once_and_keeps_what_fits():
    store = _Store(a=b"a" * 40, b=b"b" * 40, c=b"c" * 40)
    files = AdapterFiles(store, room_bytes=100)
    one, two, three = (_adapter(key, store.blobs[key]) for key in "abc")
    assert [files.get(adapter)[:1] for adapter in (one, two, one, two)] == [b"a", b"b", b"a", b"b"]
    assert store.fetched == 2
    files.get(one)
    files.get(three)
    assert (store.fetched, files.bytes_held) == (3, 80)
    files.get(one)
    assert store.fetched == 3, "the one that was used longest ago has left"
    files.get(two)
    assert store.fetched == 4


def test_a_worker_takes_no_file_that_is_gone_or_another():
    store = _Store(a=b"another content")
    files = AdapterFiles(store, room_bytes=100)
    for adapter in (_adapter("a", b"the content"), _adapter("gone", b"the content")):
        with pytest.raises(GaveUp) as told:
            files.get(adapter)
        assert told.value.code is contract.FailureCode.ADAPTER_UNREADABLE
    assert files.bytes_held == 0


def _request(**more) -> contract.GenerationRequest:
    settings = {"prompt": "the sea", "seed": 1, "model": "m", "model_version": "1", **more}
    return contract.GenerationRequest(**settings)


def test_pictures_share_a_batch_only_with_equal_files_at_equal_weights():
    one, other = _adapter("a", b"one"), _adapter("b", b"other")
    plain, worn = _request(), _request(adapters=(one,))
    assert plain.batch_shape == "text_to_image m 1 256x256 20 4.0", "as before there were LoRA files"
    assert worn.batch_shape != plain.batch_shape
    again = one.model_copy(update={"name": "Another name", "key": "elsewhere"})
    assert _request(adapters=(again,)).batch_shape == worn.batch_shape
    lighter = one.model_copy(update={"weight": 0.5})
    assert len({_request(adapters=(a,)).batch_shape for a in (one, other, lighter)}) == 3


@pytest.mark.parametrize("weight", [0.0, 0.04, 2.01, float("nan"), float("inf")])
def test_weights_are_bounded(weight):
    with pytest.raises(ValueError):
        contract.AdapterUsed(name="a", sha256="a" * 64, weight=weight)


def test_a_request_names_three_different_files_at_most():
    files = tuple(_adapter("k", bytes([number])) for number in range(4))
    assert len(_request(adapters=files[:3]).adapters) == 3
    for wrong in (files, (files[0], files[0])):
        with pytest.raises(ValueError):
            _request(adapters=wrong)


def test_recipes_from_before_are_still_read():
    old = {
        "kind": "text_to_image",
        "prompt": "the sea",
        "negative_prompt": "",
        "language": "en",
        "width": 256,
        "height": 256,
        "steps": 20,
        "guidance": 4.0,
        "strength": None,
        "scheduler": "S",
        "seed": 1,
        "model": "m",
        "model_version": "1",
        "weights_sha256": "a" * 64,
        "parent_input_sha256": None,
    }
    assert contract.Recipe.model_validate(old).adapters == ()
    assert contract.adapter_key(UUID(int=0), "a" * 64).startswith("jobs/")
