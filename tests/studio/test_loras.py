"""LoRA files in the studio: taken in or refused in words, chosen with weights, removed; nobody meets another's."""

import json
import pickle
import threading

import numpy as np
import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from billing.selectors import credits_held
from generation.engine import contract
from generation.errors import ReportUnusable
from generation.explanations import explain_failure
from generation.models import GenerationJob
from generation.services import cancel_job, record_failed, record_finished
from marketplace.blobs import jobs_store, private_store
from marketplace.core.blobs import BlobStoreUnreachable
from marketplace.studio.editing import input_of, start_outpaint, start_variations
from marketplace.studio.errors import WordsNotTaught
from marketplace.studio.loras import adding
from marketplace.studio.loras.adding import MOST_LORAS, add_lora
from marketplace.studio.loras.checking import check_lora_file, require_size
from marketplace.studio.loras.choices import ChosenLora, choose_loras
from marketplace.studio.loras.errors import (
    LoraChoiceUnusable,
    LoraDetailsUnusable,
    LoraDoesNotFit,
    LoraFileUnusable,
    LoraInUse,
    LoraKnown,
    LoraMissing,
    TooManyLoras,
)
from marketplace.studio.loras.ordering import lay_out
from marketplace.studio.loras.removing import remove_lora
from marketplace.studio.models import Lora
from marketplace.studio.recipes import minimal_recipe
from marketplace.studio.services import start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from tests.factories.accounts import UserFactory
from tests.factories.billing import give_credits
from tests.generation.lora_files import lora_arrays, safetensors_file, with_header
from tests.generation.running_tasks import run_waiting_tasks
from tests.studio.delivering import png, put_picture

pytestmark = pytest.mark.usefixtures("taught_model")

TO_K = "mid_block.attentions.0.transformer_blocks.0.attn2.to_k"


def lora_file(seed: int = 1, *, width: int = 32, part: str = TO_K) -> bytes:
    return safetensors_file(lora_arrays({f"unet.{part}": (width, 16)}, seed=seed))


def settings(*chosen: tuple[Lora, float], **more) -> PictureSettings:
    words = {"prompt": "a sunset over the sea", "width": 128, "height": 128, "count": 1, "seed": 5, "steps": 20}
    loras = tuple(ChosenLora(lora, weight) for lora, weight in chosen)
    return PictureSettings(**{**words, "loras": loras, **more})


def request_of(job: GenerationJob) -> contract.GenerationRequest:
    return contract.GenerationRequest.model_validate_json(jobs_store().get(contract.request_key(job.id)))


@pytest.fixture
def lora(artist) -> Lora:
    """One of the artist's."""
    return add_lora(user=artist, data=lora_file(), name="Ink wash", trigger_words="inkzwash, 水墨风")


def give_the_model_shapes(model, **parts: tuple[int, int]) -> None:
    """A UNet with these parts (inputs, outputs) in the model's folder."""
    from generation.selectors import models_folder

    unet = models_folder() / model.name / "unet"
    unet.mkdir(exist_ok=True)
    arrays = {f"{name}.weight": np.zeros((outputs, inputs), np.float32) for name, (inputs, outputs) in parts.items()}
    (unet / "diffusion_pytorch_model.safetensors").write_bytes(safetensors_file(arrays))


def test_a_file_is_kept_privately_and_known_again(artist, lora):
    assert private_store().get(lora.storage_key) == lora_file()
    assert (lora.size_bytes, lora.triggers) == (len(lora_file()), ("inkzwash", "水墨风"))
    assert lora.shapes == [["unet", TO_K.replace(".", "_"), [32, 16]]]
    assert add_lora(user=artist, data=lora_file(), name=" ink  WASH ") == lora
    for data, name in ((lora_file(), "Another name"), (lora_file(2), "INK WASH")):
        with pytest.raises(LoraKnown) as told:
            add_lora(user=artist, data=data, name=name)
        assert told.value.way_out
    assert Lora.objects.count() == 1
    hers = add_lora(user=UserFactory(), data=lora_file(), name="Ink wash")
    assert hers.storage_key != lora.storage_key


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (pickle.dumps({"a": list(range(50))}), "pickle"),
        (b"PK\x03\x04" + b"x" * 60, "pickle"),
        (b"", "no .safetensors"),
        (lora_file()[:-4], "missing"),
        (lora_file() + b"more", "overlap"),
        (with_header(b"{broken}"), "cannot be read"),
        ((2**40).to_bytes(8, "little") + b"{", "larger than any"),
        (safetensors_file({"a.weight": np.ones((2, 2), np.float32)}), "no LoRA weights"),
        (safetensors_file({f"unet.{TO_K}.lora_A.weight": np.ones((2, 2), np.float32)}), "one of two"),
        (
            safetensors_file({**lora_arrays({f"unet.{TO_K}": (4, 4)}), "x.dora_scale": np.ones(1, np.float32)}),
            "x.dora_scale",
        ),
        (
            safetensors_file({k: v * np.float32("nan") for k, v in lora_arrays({"unet.a": (2, 2)}).items()}),
            "not numbers",
        ),
    ],
)
def test_what_is_no_lora_is_refused_in_words_and_nothing_is_kept(artist, data, word):
    with pytest.raises(LoraFileUnusable, match=word) as told:
        add_lora(user=artist, data=data, name="Ink")
    assert told.value.way_out
    assert not Lora.objects.exists()


def test_every_fault_has_words_of_its_own():
    from generation.engine.adapters.faults import AdapterUnusable, Fault
    from marketplace.studio.loras.checking import _told

    told = [_told(AdapterUnusable(fault, "here")) for fault in Fault]
    assert len({message for message, _way_out in told}) == len(Fault)
    assert all(way_out for _message, way_out in told)


def test_numbers_of_bfloat16_are_looked_at_too():
    def file(number: int) -> bytes:
        entry = {"dtype": "BF16", "shape": [1, 1]}
        header = {
            "unet.a.lora_A.weight": {**entry, "data_offsets": [0, 2]},
            "unet.a.lora_B.weight": {**entry, "data_offsets": [2, 4]},
        }
        return with_header(json.dumps(header).encode(), np.array([0x3F80, number], "<u2").tobytes())

    assert check_lora_file(file(0x3F80)).shapes == {("unet", "a"): (1, 1)}
    for infinite in (0x7F80, 0xFF80, 0x7FC0):
        with pytest.raises(LoraFileUnusable, match="not numbers"):
            check_lora_file(file(infinite))


def test_sizes_and_words_are_bounded(artist):
    require_size(64 * 1024 * 1024)
    with pytest.raises(LoraFileUnusable, match="64 MB"):
        require_size(64 * 1024 * 1024 + 1)
    for wrong in ({"name": ""}, {"name": "   "}, {"name": "x" * 61}, {"trigger_words": "x" * 201}, {"name": "a\x00b"}):
        with pytest.raises(LoraDetailsUnusable):
            add_lora(user=artist, data=lora_file(), **{"name": "Ink", **wrong})
    assert not Lora.objects.exists()


def test_twenty_are_kept_and_no_more(artist):
    for number in range(MOST_LORAS):
        add_lora(user=artist, data=lora_file(number), name=f"Number {number}")
    with pytest.raises(TooManyLoras) as told:
        add_lora(user=artist, data=lora_file(99), name="One more")
    assert told.value.way_out
    assert Lora.objects.count() == MOST_LORAS
    add_lora(user=UserFactory(), data=lora_file(99), name="One more")


def test_a_file_that_no_offered_model_has_a_place_for_is_refused_at_once(artist, taught_model):
    give_the_model_shapes(taught_model, **{TO_K: (32, 16)})
    add_lora(user=artist, data=lora_file(), name="Fits")
    for data in (lora_file(width=768), lora_file(part="elsewhere.to_k")):
        with pytest.raises(LoraDoesNotFit, match="Tiny") as told:
            add_lora(user=artist, data=data, name="Wrong")
        assert told.value.way_out
    assert [lora.name for lora in Lora.objects.all()] == ["Fits"]


def test_what_the_store_does_not_take_leaves_no_row(artist, monkeypatch):
    class _Away:
        def put(self, *_: object, **__: object) -> None:
            raise BlobStoreUnreachable

    monkeypatch.setattr(adding, "private_store", lambda: _Away())
    with pytest.raises(BlobStoreUnreachable):
        add_lora(user=artist, data=lora_file(), name="Ink")
    assert not Lora.objects.exists()


def test_an_order_names_its_files_and_lays_them_where_workers_read(artist, lora):
    other = add_lora(user=artist, data=lora_file(2), name="Woodcut")
    job = start_generation(user=artist, settings=settings((lora, 0.8), (other, 2.0)))
    request = request_of(job)
    assert [(one.name, one.weight) for one in request.adapters] == [("Ink wash", 0.8), ("Woodcut", 2.0)]
    assert [jobs_store().get(one.key) for one in request.adapters] == [lora_file(), lora_file(2)]
    assert all(one.key.startswith("jobs/") for one in request.adapters)
    assert job.adapters == [
        {"name": "Ink wash", "sha256": lora.sha256, "weight": 0.8},
        {"name": "Woodcut", "sha256": other.sha256, "weight": 2.0},
    ]
    assert credits_held(artist) == 1, "the price does not change"
    queued = ProcrastinateJob.objects.get(id=job.queue_job_id)
    assert queued.args["shape"] == request.batch_shape
    plain = start_generation(user=artist, settings=settings())
    assert (request_of(plain).adapters, plain.adapters) == ((), None)
    assert request_of(plain).batch_shape != request.batch_shape


def test_a_report_must_name_the_files_that_were_ordered(artist, lora):
    job = start_generation(user=artist, settings=settings((lora, 0.8)))
    used = {"name": "Ink wash", "sha256": lora.sha256, "weight": 0.8}
    for told in ([], [{**used, "weight": 1.0}], [{**used, "sha256": "b" * 64}], [{**used, "name": "x"}], [used, used]):
        with pytest.raises(ReportUnusable):
            record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0, recipe={"adapters": told})])
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0, recipe={"adapters": [used]})])
    output = job.outputs.get()
    assert output.recipe["adapters"] == [used]
    assert minimal_recipe(output)["recipe"]["adapters"] == [used]


def test_a_recipe_without_files_reads_as_before(artist):
    job = start_generation(user=artist, settings=settings())
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    output = job.outputs.get()
    del output.recipe["adapters"]
    assert "adapters" not in minimal_recipe(output)["recipe"]


def test_trigger_words_are_the_files_to_know(artist, lora):
    for prompt in ("inkzwash, a sunset over the sea", "a (Inkzwash:1.3) sunset over the sea", "水墨风日落"):
        with pytest.raises(WordsNotTaught):
            start_generation(user=artist, settings=settings(prompt=prompt))
        job = start_generation(user=artist, settings=settings((lora, 1.0), prompt=prompt))
        assert request_of(job).prompt == prompt
        cancel_job(owner=artist, job_id=job.id)
    for prompt in ("inkzwash zeppelin", "inkzwasher over the sea"):
        with pytest.raises(WordsNotTaught) as told:
            start_generation(user=artist, settings=settings((lora, 1.0), prompt=prompt))
        assert "inkzwash" not in told.value.facts["unknown"]


def test_what_does_not_go_with_the_model_is_told_before_anything_is_charged(artist, lora, taught_model):
    give_the_model_shapes(taught_model, **{TO_K: (64, 16)})
    with pytest.raises(LoraDoesNotFit, match="Ink wash") as told:
        start_generation(user=artist, settings=settings((lora, 1.0)), model=taught_model)
    assert told.value.way_out
    assert credits_held(artist) == 0
    assert not GenerationJob.objects.exists()


def test_choices_are_checked(artist, lora):
    assert choose_loras(user=artist, wanted=[]) == ()
    assert choose_loras(user=artist, wanted=[(lora.id, 0.05)]) == (ChosenLora(lora, 0.05),)
    for weight in (0.0, 0.04, 2.1, float("nan")):
        with pytest.raises(LoraChoiceUnusable):
            choose_loras(user=artist, wanted=[(lora.id, weight)])
    with pytest.raises(LoraChoiceUnusable):
        choose_loras(user=artist, wanted=[(lora.id, 1.0), (lora.id, 1.0)])
    others = [(add_lora(user=artist, data=lora_file(n), name=str(n)).id, 1.0) for n in range(2, 5)]
    with pytest.raises(LoraChoiceUnusable):
        choose_loras(user=artist, wanted=[(lora.id, 1.0), *others])


def test_nobody_chooses_or_removes_anothers(artist, lora):
    stranger = UserFactory()
    with pytest.raises(LoraMissing):
        choose_loras(user=stranger, wanted=[(lora.id, 1.0)])
    with pytest.raises(LoraMissing):
        remove_lora(user=stranger, lora_id=lora.id)
    assert Lora.objects.get() == lora
    assert private_store().exists(lora.storage_key)


def test_removed_it_is_gone_from_both_stores_and_pictures_keep_its_name_and_hash(artist, lora):
    job = start_generation(user=artist, settings=settings((lora, 1.0)))
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    assert remove_lora(user=artist, lora_id=lora.id).id == lora.id
    assert not Lora.objects.exists()
    run_waiting_tasks()
    assert not private_store().exists(lora.storage_key)
    assert not jobs_store().exists(lora.jobs_key)
    job.refresh_from_db()
    used = {"name": "Ink wash", "sha256": lora.sha256, "weight": 1.0}
    assert (job.adapters, job.outputs.get().recipe["adapters"]) == ([used], [used])
    with pytest.raises(LoraMissing):
        remove_lora(user=artist, lora_id=lora.id)
    again = add_lora(user=artist, data=lora_file(), name="Ink wash")
    assert again.id != lora.id


def test_it_is_not_removed_from_under_a_job_that_needs_it(artist, lora):
    job = start_generation(user=artist, settings=settings((lora, 1.0)))
    with pytest.raises(LoraInUse) as told:
        remove_lora(user=artist, lora_id=lora.id)
    assert told.value.way_out
    assert jobs_store().exists(lora.jobs_key)
    cancel_job(owner=artist, job_id=job.id)
    remove_lora(user=artist, lora_id=lora.id)
    assert not Lora.objects.exists()


def test_removed_between_choosing_and_ordering_nothing_is_charged(artist, lora, taught_model):
    chosen = settings((lora, 1.0))
    lay_out(chosen.loras, taught_model)
    remove_lora(user=artist, lora_id=lora.id)
    with pytest.raises(LoraMissing) as told:
        start_generation(user=artist, settings=chosen)
    assert told.value.way_out
    assert credits_held(artist) == 0
    assert not GenerationJob.objects.exists()
    assert not jobs_store().exists(lora.jobs_key), "what was copied meanwhile is cleared away"
    run_waiting_tasks()
    with pytest.raises(LoraMissing):
        start_generation(user=artist, settings=chosen)


def test_edits_and_variations_take_them_along(artist, lora):
    picture = input_of(artist, upload=png(128, 128))
    grown = start_outpaint(
        user=artist, settings=settings((lora, 0.5)), picture=picture, extension=contract.Extension(left=64)
    )
    assert [one.weight for one in request_of(grown).adapters] == [0.5]
    job = start_generation(user=artist, settings=settings((lora, 0.7)))
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    output = job.outputs.get()
    near = start_variations(user=artist, output_id=output.id, amount=0.2, count=1, seed=1)
    assert near.adapters == job.adapters
    for waiting in (grown, near):
        cancel_job(owner=artist, job_id=waiting.id)
    remove_lora(user=artist, lora_id=lora.id)
    with pytest.raises(LoraMissing, match="Ink wash"):
        start_variations(user=artist, output_id=output.id, amount=0.2, count=1, seed=2)


@pytest.mark.parametrize("code", [contract.FailureCode.ADAPTER_UNSUITABLE, contract.FailureCode.ADAPTER_UNREADABLE])
def test_what_the_worker_says_of_a_file_names_it_and_gives_the_credits_back(artist, lora, code):
    job = start_generation(user=artist, settings=settings((lora, 1.0)))
    record_failed(job_id=job.id, attempt=1, code=code.value)
    job.refresh_from_db()
    assert (job.state, job.error_code) == (GenerationJob.State.FAILED, code.value)
    told = explain_failure(job)
    assert "Ink wash" in told.message
    assert told.way_out
    assert credits_held(artist) == 0


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_make_one_and_never_more_than_twenty(queue, monkeypatch):
    artist = UserFactory()
    for number in range(MOST_LORAS - 1):
        add_lora(user=artist, data=lora_file(number), name=f"Number {number}")
    both_have_asked = threading.Barrier(2, timeout=30)
    ask = adding._require_room
    asked: set[int] = set()

    def ask_together(user) -> None:
        ask(user)
        if threading.get_ident() not in asked:
            asked.add(threading.get_ident())
            both_have_asked.wait()

    monkeypatch.setattr(adding, "_require_room", ask_together)
    ended: list[object] = []

    def upload(seed: int) -> None:
        try:
            ended.append(add_lora(user=artist, data=lora_file(seed), name=f"At once {seed}"))
        except TooManyLoras as error:
            ended.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload, args=(seed,)) for seed in (101, 102)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(one).__name__ for one in ended) == ["Lora", "TooManyLoras"]
    assert Lora.objects.filter(owner=artist).count() == MOST_LORAS
    contents = [key.rpartition("/")[2].removesuffix(".safetensors") for key in private_store().keys("loras/")]
    both = {check_lora_file(lora_file(seed)).sha256 for seed in (101, 102)}
    kept = set(Lora.objects.filter(owner=artist).values_list("sha256", flat=True))
    assert [sha256 for sha256 in contents if sha256 in both] == list(both & kept), "the other's bytes are gone"


@pytest.mark.django_db(transaction=True)
def test_an_order_and_a_removal_at_once_end_in_one_of_two_whole_ways(queue, taught_model):
    for _ in range(4):
        artist = UserFactory()
        give_credits(artist, 5)
        lora = add_lora(user=artist, data=lora_file(), name="Ink")
        begin = threading.Barrier(2, timeout=30)
        ended: dict[str, object] = {}

        def try_it(name: str, act, begin=begin, ended=ended) -> None:
            begin.wait()
            try:
                ended[name] = act()
            except (LoraMissing, LoraInUse) as error:
                ended[name] = error
            finally:
                connection.close()

        threads = [
            threading.Thread(
                target=try_it,
                args=("order", lambda a=artist, one=lora: start_generation(user=a, settings=settings((one, 1.0)))),
            ),
            threading.Thread(
                target=try_it, args=("removal", lambda a=artist, one=lora: remove_lora(user=a, lora_id=one.id))
            ),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        is_ordered = isinstance(ended["order"], GenerationJob)
        assert is_ordered == Lora.objects.filter(owner=artist).exists() == isinstance(ended["removal"], LoraInUse)
        assert credits_held(artist) == (1 if is_ordered else 0)
        if is_ordered:
            assert jobs_store().exists(lora.jobs_key)
