"""One answer about a file: as signed, changed in each way, stripped, re-encoded, resized, another's, unknown."""

from io import BytesIO

import pytest
from PIL import Image

from marketplace.blobs import private_store, public_store
from marketplace.catalog.models import WorkFile
from marketplace.catalog.services import hide_work, mark_sold_exclusively, unlist_work
from marketplace.provenance.credentials import sign_file
from marketplace.provenance.metadata import strip_metadata
from marketplace.verification.answers import Verdict
from marketplace.verification.errors import FileNotCheckable, NothingToCheck
from marketplace.verification.selectors import verify_file
from tests.factories.provenance import generated_facts
from tests.factories.publishing import PROMPT, published
from tests.provenance.pictures import encoded, flipped, painting

pytestmark = pytest.mark.django_db


def _original(work) -> bytes:
    return private_store().get(WorkFile.objects.get(version__work=work, role="original").storage_key)


@pytest.fixture
def work(blob_stores):
    return published(encoded(painting("turner")))


def test_the_signed_file_is_told_with_model_time_and_licences(work):
    answer = verify_file(_original(work))
    assert answer.verdict is Verdict.SIGNED_HERE
    assert answer.signed_here
    assert not answer.tampered
    assert answer.work is not None
    assert answer.origin is not None
    assert answer.work.work_id == work.pk
    assert (answer.work.title, answer.work.artist_name) == ("Evening at sea", work.artist.name)
    assert answer.work.address == work.get_absolute_url()
    assert [offer.code for offer in answer.work.licences] == ["personal", "commercial", "exclusive"]
    assert (answer.origin.model, answer.origin.model_version) == ("atelier-image-1", "1.2")
    assert answer.origin.made_at <= answer.origin.signed_at
    assert answer.origin.log_sequence == 1
    assert answer.training_allowed is False
    assert PROMPT not in str(answer)


def test_a_changed_pixel_is_told_and_the_work_is_named(work):
    original = _original(work)
    answer = verify_file(flipped(original, len(original) // 2))
    assert answer.verdict is Verdict.CHANGED
    assert answer.tampered
    assert answer.picture_changed
    assert answer.work is not None
    assert answer.work.work_id == work.pk


def test_a_pixel_changed_by_an_editor_that_keeps_the_credentials_is_told(work):
    """The picture is painted on and saved; the old credentials are put back into the new file."""
    original = _original(work)
    at = original.index(b"caBX") - 4
    chunk = original[at : at + int.from_bytes(original[at : at + 4], "big") + 12]
    image = Image.open(BytesIO(original)).convert("RGB")
    image.putpixel((10, 10), (255, 0, 0))
    saved = strip_metadata(encoded(image))[0]
    answer = verify_file(saved[:33] + chunk + saved[33:])
    assert answer.verdict is Verdict.CHANGED
    assert answer.picture_changed
    assert [match.work.work_id for match in answer.matches] == [work.pk]


def test_changed_words_are_told(work):
    original = _original(work)
    answer = verify_file(flipped(original, original.rindex(work.artist.name.encode()) + 1))
    assert answer.verdict is Verdict.CHANGED
    assert answer.words_changed
    assert not answer.picture_changed


@pytest.mark.parametrize(
    "treat",
    [
        lambda data: strip_metadata(data)[0],
        lambda data: encoded(Image.open(BytesIO(data)).convert("RGB"), "JPEG", quality=60),
        lambda data: encoded(Image.open(BytesIO(data)).convert("RGB").resize((240, 180)), "WEBP", quality=70),
        lambda data: encoded(Image.open(BytesIO(data)).convert("RGB"), "AVIF", quality=60),
        lambda data: encoded(Image.open(BytesIO(data)).convert("RGB").resize((1500, 1100)), "JPEG"),
    ],
    ids=["manifest stripped", "jpeg 60", "small webp", "avif", "enlarged jpeg"],
)
def test_a_stripped_file_is_told_and_found_by_its_looks(work, treat):
    published(encoded(painting("monet")))
    answer = verify_file(treat(_original(work)))
    assert answer.verdict is Verdict.STRIPPED
    assert not answer.signed_here
    (match,) = answer.matches
    assert match.work.work_id == work.pk
    assert match.distance <= 31
    assert match.origin is not None
    assert match.origin.model == "atelier-image-1"


@pytest.mark.parametrize("kind", ["image/webp", "image/avif"])
def test_a_preview_is_told_to_be_one(work, kind):
    preview = WorkFile.objects.filter(version__work=work, role="preview", media_type=kind).first()
    answer = verify_file(public_store().get(preview.storage_key))
    assert answer.verdict is Verdict.PREVIEW
    assert [match.work.work_id for match in answer.matches] == [work.pk]


def test_another_picture_is_unknown(work):
    answer = verify_file(encoded(painting("friedrich"), "JPEG"))
    assert answer.verdict is Verdict.UNKNOWN
    assert answer.matches == ()
    assert answer.work is None


def test_anothers_signature_is_foreign_and_the_picture_is_still_found(work, settings, tmp_path):
    ours = settings.CONFIGURATION
    settings.CONFIGURATION = ours.model_copy(update={"signing_dir": tmp_path / "another-site"})
    theirs = sign_file(
        strip_metadata(_original(work))[0],
        media_type="image/png",
        facts=generated_facts(model="their-model"),
        title="Mine!",
        artist_name="Mallory",
    )
    settings.CONFIGURATION = ours
    answer = verify_file(theirs.data)
    assert answer.verdict is Verdict.FOREIGN
    assert not answer.signed_here
    assert answer.work is None
    assert [match.work.work_id for match in answer.matches] == [work.pk]


def test_what_was_signed_but_never_published_is_told_so(blob_stores):
    signed = sign_file(
        strip_metadata(encoded(painting("monet")))[0],
        media_type="image/png",
        facts=generated_facts(),
        title="T",
        artist_name="A",
    )
    assert verify_file(signed.data).verdict is Verdict.SIGNED_NOT_PUBLISHED


@pytest.mark.parametrize("take_away", [hide_work, unlist_work])
def test_a_work_out_of_the_shop_is_verified_without_its_page_and_not_named_by_looks(work, take_away):
    original = _original(work)
    take_away(work=work)
    answer = verify_file(original)
    assert answer.verdict is Verdict.SIGNED_HERE
    assert answer.work is not None
    assert answer.work.address == ""
    assert answer.work.licences == ()
    stripped = verify_file(strip_metadata(original)[0])
    assert stripped.verdict is Verdict.STRIPPED
    assert stripped.matches == ()
    assert stripped.hidden_matches == 1


def test_an_exclusive_sale_is_told_and_nothing_is_offered(work):
    mark_sold_exclusively(work_id=work.pk)
    answer = verify_file(_original(work))
    assert answer.work is not None
    assert answer.work.sold_exclusively
    assert answer.work.licences == ()


@pytest.mark.parametrize("data", [b"GIF89a....", b"%PDF-1.7", b"hello", b"\0" * 100])
def test_other_kinds_of_file_are_refused_with_a_way_out(data):
    with pytest.raises(FileNotCheckable) as raised:
        verify_file(data)
    assert raised.value.way_out
    with pytest.raises(NothingToCheck):
        verify_file(b"")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_half_a_file_is_never_called_signed(work, share):
    original = _original(work)
    answer = verify_file(original[: int(len(original) * share)])
    assert not answer.signed_here


def test_checking_changes_nothing(work, django_assert_max_num_queries):
    original = _original(work)
    with django_assert_max_num_queries(12) as queries:
        verify_file(original)
    assert all(query["sql"].lstrip().upper().startswith("SELECT") for query in queries.captured_queries)
