"""Publishing in one go, on the real stores: what comes into being, what stays out, twice, by others, and half done."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from uuid import uuid4

import numpy as np
import pytest
from django.db import connection
from PIL import Image, PngImagePlugin

from generation.engine.picture_tools.restoring.record import RestorationRecord, Step
from marketplace.blobs import jobs_store, private_store, public_store
from marketplace.catalog.errors import TagInvalid
from marketplace.catalog.models import Work, WorkFile
from marketplace.core.blobs import BlobStoreUnreachable
from marketplace.core.money import Money
from marketplace.licensing.errors import OfferInvalid
from marketplace.licensing.models import LicenceOffer, WorkRights
from marketplace.licensing.services import OfferTerms
from marketplace.provenance.credentials import CredentialsState, read_credentials
from marketplace.provenance.models import Fingerprint, ProvenanceRecord
from marketplace.publishing.errors import OffersMissing, PictureNotFound, WordsMissing
from marketplace.publishing.models import Publication
from marketplace.publishing.services import Words, publish_work, receive_upload
from marketplace.publishing.signals import work_published
from marketplace.publishing.sources import FromOutput, FromUpload
from marketplace.transparency.models import LogEntry
from marketplace.transparency.selectors import review_log
from tests.factories.accounts import ArtistFactory
from tests.factories.publishing import OFFERS, PROMPT, delivered, published
from tests.provenance.pictures import encoded, painting

pytestmark = pytest.mark.django_db


def _nothing_was_published() -> None:
    for model in (Work, WorkFile, Publication, ProvenanceRecord, Fingerprint, LicenceOffer, WorkRights, LogEntry):
        assert not model.objects.exists(), model


def _arguments(**changes):
    return {
        "texts": {"en": Words("Evening at sea", "Warm light.")},
        "language": "en",
        "tags": ["sunset"],
        "offers": OFFERS,
        **changes,
    }


def test_a_work_comes_into_being_whole(blob_stores):
    heard = []

    def hear(work, **_facts):
        heard.append(work)

    work_published.connect(hear)
    work = published(encoded(painting("turner")))
    work_published.disconnect(hear)
    assert heard == [work]
    assert work.status == Work.Status.LISTED
    assert work.published_at
    assert work.made_by_model == "atelier-image-1 1.2"
    assert {text.language: text.title for text in work.texts.all()} == {"en": "Evening at sea", "zh-hans": "海上黄昏"}
    assert {offer.terms.code: offer.price_minor for offer in work.licence_offers.all()} == {
        "personal": 1200,
        "commercial": 4900,
        "exclusive": 49000,
    }
    assert work.rights
    assert work.tags.count() == 2
    record = work.versions.get().provenance
    original = WorkFile.objects.get(version__work=work, role="original")
    data = private_store().get(original.storage_key)
    assert hashlib.sha256(data).hexdigest() == original.sha256 == record.file_sha256
    reading = read_credentials(data, media_type="image/png")
    assert reading.state is CredentialsState.OURS
    assert reading.manifest_label == record.manifest_label
    assert (reading.title, reading.artist_name) == ("Evening at sea", work.artist.name)
    assert np.array_equal(np.asarray(Image.open(BytesIO(data))), np.asarray(painting("turner")))
    assert review_log().entries == 1


def test_the_original_is_private_and_previews_are_public_marked_and_kept_long(blob_stores):
    work = published(encoded(painting("turner").resize((1600, 1200))))
    previews = WorkFile.objects.filter(version__work=work, role="preview")
    assert {(p.media_type, p.width, p.height) for p in previews} == {
        (kind, width, width * 3 // 4) for kind in ("image/webp", "image/avif") for width in (320, 640, 1280)
    }
    for preview in previews:
        data = public_store().get(preview.storage_key)
        image = Image.open(BytesIO(data))
        assert image.size == (preview.width, preview.height)
        assert not image.getexif()
        plain = np.asarray(painting("turner").resize(image.size, Image.Resampling.LANCZOS), dtype=int)
        apart = np.abs(np.asarray(image.convert("RGB"), dtype=int) - plain).mean(axis=2)
        height, width = apart.shape
        corner = apart[int(height * 0.9) :, int(width * 0.8) :]
        assert corner.mean() > 2 * apart[: int(height * 0.8)].mean(), "the watermark is in the corner"
        head = public_store()._client.head_object(Bucket=public_store().settings.bucket, Key=preview.storage_key)
        assert "max-age=31536000" in head["CacheControl"]
    original = WorkFile.objects.get(version__work=work, role="original")
    assert not public_store().exists(original.storage_key)


def test_a_small_picture_is_not_enlarged(blob_stores):
    work = published(encoded(painting("monet").resize((256, 256))))
    widths = WorkFile.objects.filter(version__work=work, role="preview").values_list("width", flat=True)
    assert set(widths) == {256}


def test_what_the_artist_did_not_choose_to_show_stays_out(blob_stores):
    text = PngImagePlugin.PngInfo()
    text.add_text("parameters", f"{PROMPT} /home/ann/secret")
    work = published(encoded(painting("turner"), pnginfo=text), recipe={"negative_prompt": "ugly hands"})
    record = work.versions.get().provenance
    assert record.prompt_shown == ""
    for file in WorkFile.objects.filter(version__work=work):
        store = private_store() if file.role == "original" else public_store()
        data = store.get(file.storage_key)
        for trace in (PROMPT.encode(), b"secret", b"ugly", b"987654321", work.artist.user.email.encode()):
            assert trace not in data


def test_a_shown_prompt_is_in_the_record_and_in_the_file(blob_stores):
    work = published(encoded(painting("turner")), show_prompt=True)
    record = work.versions.get().provenance
    assert record.prompt_shown == PROMPT
    original = WorkFile.objects.get(version__work=work, role="original")
    assert PROMPT.encode() in private_store().get(original.storage_key)


def test_image_to_image_names_its_input(blob_stores):
    work = published(encoded(painting("turner")), recipe={"kind": "image_to_image", "parent_input_sha256": "cd" * 32})
    record = work.versions.get().provenance
    assert (record.source, record.parents) == ("image_to_image", ["cd" * 32])


def test_an_upload_is_published_without_its_metadata_and_without_a_model(blob_stores):
    artist = ArtistFactory()
    exif = Image.Exif()
    exif[0x010E] = "ann's camera at home"
    upload = receive_upload(artist=artist, data=encoded(painting("monet"), "JPEG", exif=exif), filename="IMG_1.jpg")
    work = publish_work(artist=artist, source=FromUpload(upload.pk), **_arguments())
    assert work.made_by_model == ""
    original = WorkFile.objects.get(version__work=work, role="original")
    data = private_store().get(original.storage_key)
    assert original.media_type == "image/jpeg"
    assert b"ann's camera" not in data
    assert b"IMG_1" not in data
    assert read_credentials(data, media_type="image/jpeg").state is CredentialsState.OURS
    assert work.versions.get().provenance.source == "uploaded"


def test_a_second_press_of_publish_gives_the_same_work(blob_stores):
    artist = ArtistFactory()
    output = delivered(encoded(painting("turner")), artist=artist)
    first = publish_work(artist=artist, source=FromOutput(output.pk), **_arguments())
    again = publish_work(artist=artist, source=FromOutput(output.pk), **_arguments(tags=["other"]))
    assert again == first
    assert Work.objects.count() == Publication.objects.count() == LogEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_presses_at_once_make_one_work(blob_stores):
    artist = ArtistFactory()
    output = delivered(encoded(painting("turner")), artist=artist)

    def press(_number):
        try:
            return publish_work(artist=artist, source=FromOutput(output.pk), **_arguments()).pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        works = set(pool.map(press, range(6)))
    assert len(works) == 1
    assert Work.objects.count() == ProvenanceRecord.objects.count() == LogEntry.objects.count() == 1
    assert WorkFile.objects.filter(role="original").count() == 1


@pytest.mark.parametrize("who", ["another artist", "a stranger's guess"])
def test_nobody_elses_output_can_be_published(blob_stores, who):
    output = delivered(encoded(painting("turner")))
    source = FromOutput(output.pk if who == "another artist" else uuid4())
    with pytest.raises(PictureNotFound):
        publish_work(artist=ArtistFactory(), source=source, **_arguments())
    _nothing_was_published()


def test_nobody_elses_upload_can_be_published(blob_stores):
    upload = receive_upload(artist=ArtistFactory(), data=encoded(painting("monet")))
    with pytest.raises(PictureNotFound):
        publish_work(artist=ArtistFactory(), source=FromUpload(upload.pk), **_arguments())
    _nothing_was_published()


def test_another_artist_does_not_get_the_work_of_a_published_source(blob_stores):
    output = delivered(encoded(painting("turner")))
    publish_work(artist=output.job.owner.artist, source=FromOutput(output.pk), **_arguments())
    with pytest.raises(PictureNotFound):
        publish_work(artist=ArtistFactory(), source=FromOutput(output.pk), **_arguments())


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"texts": {}}, WordsMissing),
        ({"texts": {"en": Words("   ")}}, WordsMissing),
        ({"texts": {"zh-hans": Words("黄昏")}}, WordsMissing),
        ({"texts": {"en": Words("x" * 141)}}, WordsMissing),
        ({"offers": ()}, OffersMissing),
        ({"offers": (OfferTerms("personal", Money(5, "USD")),)}, OfferInvalid),
        ({"offers": (OfferTerms("world domination", Money(500, "USD")),)}, OfferInvalid),
        ({"tags": [f"tag{n}" for n in range(20)]}, TagInvalid),
        ({"tags": ["!!!"]}, TagInvalid),
    ],
)
def test_bad_input_says_the_way_out_and_publishes_nothing(blob_stores, changes, error):
    artist = ArtistFactory()
    output = delivered(encoded(painting("turner")), artist=artist)
    with pytest.raises(error) as raised:
        publish_work(artist=artist, source=FromOutput(output.pk), **_arguments(**changes))
    assert raised.value.way_out
    _nothing_was_published()
    assert publish_work(artist=artist, source=FromOutput(output.pk), **_arguments())


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_store_that_fails_halfway_leaves_nothing_listed_and_a_second_try_succeeds(blob_stores, monkeypatch, after):
    artist = ArtistFactory()
    output = delivered(encoded(painting("turner")), artist=artist)
    kept = type(public_store()).put
    calls = []

    def failing_put(self, key, data, **options):
        if len(calls) == after:
            raise BlobStoreUnreachable("the store did not answer")
        calls.append(key)
        return kept(self, key, data, **options)

    monkeypatch.setattr(type(public_store()), "put", failing_put)
    with pytest.raises(BlobStoreUnreachable):
        publish_work(artist=artist, source=FromOutput(output.pk), **_arguments())
    _nothing_was_published()
    monkeypatch.undo()
    work = publish_work(artist=artist, source=FromOutput(output.pk), **_arguments())
    for file in WorkFile.objects.filter(version__work=work):
        assert (private_store() if file.role == "original" else public_store()).exists(file.storage_key)


def test_a_failure_in_the_last_step_takes_everything_back(blob_stores, monkeypatch):
    artist = ArtistFactory()
    output = delivered(encoded(painting("turner")), artist=artist)

    def fails(**_facts):
        raise RuntimeError("the power went")

    monkeypatch.setattr("marketplace.publishing.services.publish.record_provenance", fails)
    with pytest.raises(RuntimeError):
        publish_work(artist=artist, source=FromOutput(output.pk), **_arguments())
    _nothing_was_published()
    monkeypatch.undo()
    assert publish_work(artist=artist, source=FromOutput(output.pk), **_arguments()).status == Work.Status.LISTED


def test_a_restored_work_keeps_the_record_of_what_was_invented(blob_stores, client):
    picture = encoded(painting("turner"))
    made_from = {"parent_input_sha256": "d" * 64, "method": "repair: opencv-telea"}
    output = delivered(picture, artist=ArtistFactory(), kind="restore", tool={"damage": ["scratches"]}, **made_from)
    size = Image.open(BytesIO(picture)).size
    invented = np.zeros(size[::-1], bool)
    invented[:40] = True
    record = RestorationRecord(invented, np.zeros_like(invented), (Step("repair", "opencv-telea, mask painted"),))
    output.record_key = f"jobs/{output.job_id}/records/0.png"
    jobs_store().put(output.record_key, record.to_png(), media_type="image/png")
    output.save()
    artist = output.job.owner.artist
    work = publish_work(artist=artist, source=FromOutput(output.pk), **_arguments())
    files = {file.role: file for file in WorkFile.objects.filter(version__work=work)}
    kept = RestorationRecord.from_png(public_store().get(files["record"].storage_key))
    assert np.array_equal(kept.invented, invented)
    assert kept.steps == record.steps
    overlay = np.asarray(Image.open(BytesIO(public_store().get(files["overlay"].storage_key))).convert("RGB")).astype(
        int
    )
    assert (overlay[5, :, 0] - overlay[5, :, 1]).mean() > 60, "what was invented is red"
    assert np.abs(overlay[-5, :, 0] - overlay[-5, :, 1]).mean() < 6, "what survived is grey"
    told = ProvenanceRecord.objects.get(version__work=work)
    assert (told.source, told.seed, told.steps, told.parents) == ("picture_tool", None, None, ["d" * 64])
    page = client.get(work.get_absolute_url()).content.decode()
    assert files["overlay"].storage_key in page
    assert files["record"].storage_key in page


@pytest.mark.parametrize(
    ("method", "kind"),
    [("opencv-grabcut", "algorithmicallyEnhanced"), ("learned", "compositeWithTrainedAlgorithmicMedia")],
)
def test_the_credentials_say_whether_a_tool_used_a_network(blob_stores, method, kind):
    output = delivered(
        encoded(painting("turner")),
        kind="background_removal",
        tool={"factor": None},
        parent_input_sha256="d" * 64,
        reference_sha256="e" * 64,
        method=method,
    )
    work = publish_work(artist=output.job.owner.artist, source=FromOutput(output.pk), **_arguments())
    original = WorkFile.objects.get(version__work=work, role="original")
    signed = private_store().get(original.storage_key)
    assert kind.encode() in signed
    assert ProvenanceRecord.objects.get(version__work=work).parents == ["d" * 64, "e" * 64]
