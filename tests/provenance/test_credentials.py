"""Content Credentials in real files: what stands in them, what does not, and every kind of change to them."""

from datetime import UTC, datetime
from io import BytesIO

import c2pa
import numpy as np
import pytest
from PIL import Image

from marketplace.provenance.credentials import CredentialsState, read_credentials, sign_file
from marketplace.provenance.facts import ProvenanceFacts
from marketplace.provenance.metadata import strip_metadata
from tests.provenance.pictures import encoded, flipped, painting

KINDS = ("PNG", "JPEG", "WEBP")
PROMPT = "a beautiful sunset over the sea"
FACTS = ProvenanceFacts(
    source="generated",
    created_at=datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC),
    model="atelier-image-1",
    model_version="1.2",
    weights_sha256="ab" * 32,
    seed=987654321,
    steps=20,
)


def _unsigned(kind: str = "PNG", name: str = "turner") -> bytes:
    return strip_metadata(encoded(painting(name), kind))[0]


def _sign(kind: str = "PNG", facts: ProvenanceFacts = FACTS, data: bytes | None = None):
    return sign_file(
        data or _unsigned(kind),
        media_type=f"image/{kind.lower()}",
        facts=facts,
        title="Sunset 日落",
        artist_name="Ann Painter",
    )


def _read(data: bytes, kind: str = "PNG"):
    return read_credentials(data, media_type=f"image/{kind.lower()}")


def _manifest(data: bytes, kind: str = "PNG") -> dict:
    with c2pa.Reader(f"image/{kind.lower()}", BytesIO(data)) as reader:
        return reader.get_active_manifest()


def _assertions(data: bytes) -> dict:
    return {entry["label"]: entry["data"] for entry in _manifest(data)["assertions"]}


@pytest.mark.parametrize("kind", KINDS)
def test_a_signed_file_is_ours_and_its_pixels_are_untouched(kind):
    unsigned = _unsigned(kind)
    signed = _sign(kind, data=unsigned)
    reading = _read(signed.data, kind)
    assert reading.state is CredentialsState.OURS
    assert reading.problems == ()
    assert (reading.title, reading.artist_name) == ("Sunset 日落", "Ann Painter")
    assert (reading.model, reading.model_version) == ("atelier-image-1", "1.2")
    assert reading.source_type == "trainedAlgorithmicMedia"
    assert reading.training_allowed is False
    assert reading.signed_by == "Atelier"
    assert reading.manifest_label == signed.manifest_label
    before, after = Image.open(BytesIO(unsigned)), Image.open(BytesIO(signed.data))
    assert np.array_equal(np.asarray(before), np.asarray(after))
    assert len(signed.data) - len(unsigned) < 20_000


def test_the_manifest_says_how_it_was_made_and_what_may_not_be_done():
    found = _assertions(_sign().data)
    (action,) = found["c2pa.actions.v2"]["actions"]
    assert action["action"] == "c2pa.created"
    assert action["digitalSourceType"].endswith("/trainedAlgorithmicMedia")
    assert action["softwareAgent"] == {"name": "atelier-image-1", "version": "1.2"}
    entries = found["cawg.training-mining"]["entries"]
    assert len(entries) == 4
    assert all(entry["use"] == "notAllowed" for entry in entries.values())
    assert found["art.atelier.generation"]["weights_sha256"] == "ab" * 32


def test_a_picture_from_a_picture_says_so_and_names_its_parent():
    facts = ProvenanceFacts(
        source="image_to_image",
        created_at=FACTS.created_at,
        model="atelier-image-1",
        model_version="1.2",
        parents=("cd" * 32,),
    )
    found = _assertions(_sign(facts=facts).data)
    assert found["c2pa.actions.v2"]["actions"][0]["digitalSourceType"].endswith("/compositeWithTrainedAlgorithmicMedia")
    assert found["art.atelier.generation"]["made_from_sha256"] == ["cd" * 32]


def test_an_upload_is_opened_not_created_and_names_no_model():
    facts = ProvenanceFacts(source="uploaded", created_at=FACTS.created_at)
    signed = _sign("JPEG", facts)
    reading = _read(signed.data, "JPEG")
    assert reading.state is CredentialsState.OURS
    assert (reading.model, reading.source_type) == ("", "")
    manifest = _manifest(signed.data, "JPEG")
    labels = [entry["label"] for entry in manifest["assertions"]]
    assert "art.atelier.generation" not in labels
    (actions,) = [entry["data"]["actions"] for entry in manifest["assertions"] if "actions" in entry["label"]]
    assert [action["action"] for action in actions] == ["c2pa.opened"]
    (ingredient,) = manifest["ingredients"]
    assert ingredient["relationship"] == "parentOf"


def test_the_prompt_the_seed_and_paths_stay_out_unless_the_prompt_is_shown():
    signed = _sign()
    for trace in (PROMPT.encode(), b"987654321", b"/work", b"/tmp", b"/home", b"thumbnail"):
        assert trace not in signed.data
    shown = ProvenanceFacts(
        source="generated",
        created_at=FACTS.created_at,
        model="m",
        model_version="1",
        prompt_shown=PROMPT,
    )
    assert PROMPT.encode() in _sign(facts=shown).data


@pytest.mark.parametrize("kind", KINDS)
def test_a_changed_byte_of_the_picture_is_found(kind):
    signed = _sign(kind).data
    changed = flipped(signed, len(signed) // 2)
    reading = _read(changed, kind)
    assert reading.state is CredentialsState.TAMPERED
    assert "assertion.dataHash.mismatch" in reading.problems


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("part", "problem"),
    [
        (b"Ann Painter", "assertion.hashedURI.mismatch"),
        (b"notAllowed", "assertion.hashedURI.mismatch"),
        (b"trainedAlgorithmicMedia", "assertion.hashedURI.mismatch"),
        (b"abababababab", "assertion.hashedURI.mismatch"),
        ("Sunset 日落".encode(), None),
    ],
)
def test_a_changed_byte_of_what_the_credentials_say_is_found(kind, part, problem):
    signed = _sign(kind).data
    at = signed.rindex(part)
    reading = _read(flipped(signed, at + 2), kind)
    assert reading.state is CredentialsState.TAMPERED
    if problem:
        assert problem in reading.problems


@pytest.mark.parametrize("kind", KINDS)
def test_no_byte_of_the_credentials_can_change_unseen(kind):
    """One bit in each of 60 places spread over all that signing added."""
    unsigned = _unsigned(kind)
    signed = _sign(kind, data=unsigned).data
    # The credentials stand in one block near the start (JPEG, PNG) or at the end (WebP).
    begin = signed.index(b"jumb") - 8
    end = begin + len(signed) - len(unsigned)
    for at in range(begin + 60, min(end, len(signed)), (end - begin) // 60):
        state = _read(flipped(signed, at), kind).state
        if state is CredentialsState.OURS:
            # Only padding (zeros that the format leaves unsigned) may differ without a meaning.
            assert not any(signed[at - 8 : at + 8]), f"an unseen change at {at}"


@pytest.mark.parametrize("kind", KINDS)
def test_bytes_added_or_cut_are_found(kind):
    signed = _sign(kind).data
    assert _read(signed + b"more", kind).state is CredentialsState.TAMPERED
    assert _read(signed[:-40], kind).state in {CredentialsState.TAMPERED, CredentialsState.UNREADABLE}


@pytest.mark.parametrize("kind", KINDS)
def test_a_stripped_file_has_none(kind):
    signed = _sign(kind).data
    stripped, _ = strip_metadata(signed)
    assert _read(stripped, kind).state is CredentialsState.NONE
    again = encoded(Image.open(BytesIO(signed)).convert("RGB"), kind)
    assert _read(again, kind).state is CredentialsState.NONE


def test_credentials_moved_to_another_picture_are_found():
    """The whole caBX chunk of a signed PNG, put into another PNG."""
    signed = _sign("PNG").data
    at = signed.index(b"caBX") - 4
    length = int.from_bytes(signed[at : at + 4], "big") + 12
    other = _unsigned("PNG", "monet")
    forged = other[:33] + signed[at : at + length] + other[33:]
    reading = _read(forged)
    assert reading.state is CredentialsState.TAMPERED
    assert "assertion.dataHash.mismatch" in reading.problems


def test_what_another_signed_is_foreign_and_ours_is_foreign_to_another(settings, tmp_path):
    ours = settings.CONFIGURATION
    mine = _sign().data
    settings.CONFIGURATION = ours.model_copy(update={"signing_dir": tmp_path / "another-site"})
    theirs = _sign().data
    assert _read(theirs).state is CredentialsState.OURS
    assert _read(mine).state is CredentialsState.FOREIGN
    settings.CONFIGURATION = ours
    reading = _read(theirs)
    assert reading.state is CredentialsState.FOREIGN
    assert "signingCredential.untrusted" in reading.problems
    assert _read(mine).state is CredentialsState.OURS


@pytest.mark.parametrize("data", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_what_cannot_be_read_is_said_to_be_so(data):
    assert _read(data).state in {CredentialsState.UNREADABLE, CredentialsState.NONE}


def test_facts_that_hide_the_model_or_the_parent_are_refused():
    at = FACTS.created_at
    with pytest.raises(ValueError, match="model"):
        ProvenanceFacts(source="generated", created_at=at)
    with pytest.raises(ValueError, match="parents"):
        ProvenanceFacts(source="image_to_image", created_at=at, model="m", model_version="1")
    with pytest.raises(ValueError, match="time zone"):
        ProvenanceFacts(source="uploaded", created_at=at.replace(tzinfo=None))
