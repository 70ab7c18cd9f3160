"""What is written down about a version, found again by file, manifest and looks; nobody can change it."""

import hashlib

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from PIL import Image

from marketplace.catalog.models import Work
from marketplace.provenance.fingerprints import fingerprint, fingerprint_of_image
from marketplace.provenance.metadata import strip_metadata
from marketplace.provenance.models import Fingerprint, ProvenanceRecord
from marketplace.provenance.selectors import (
    provenance_panel,
    record_of_file,
    record_of_manifest,
    works_that_look_like,
)
from marketplace.transparency.models import LogEntry
from marketplace.transparency.services import verify_statement
from marketplace.transparency.statements import payload_bytes
from tests.factories.catalog import WorkFactory
from tests.factories.provenance import generated_facts, recorded
from tests.provenance.pictures import NAMES, encoded, painting

pytestmark = pytest.mark.django_db


def _png(name: str = "turner") -> bytes:
    return strip_metadata(encoded(painting(name)))[0]


def test_a_record_is_found_by_its_file_and_by_its_manifest():
    record, signed = recorded(_png())
    assert record_of_file(hashlib.sha256(signed.data).hexdigest()) == record
    assert record_of_manifest(signed.manifest_label) == record
    assert record_of_file("0" * 64) is None
    assert record_of_manifest("") is None


def test_the_statement_is_signed_logged_and_carries_neither_prompt_nor_person():
    record, _signed = recorded(_png(), facts=generated_facts(prompt_shown="a secret garden"))
    payload = verify_statement(record.statement)
    assert payload["file_sha256"] == record.file_sha256
    assert payload["work"] == str(record.version.work_id)
    assert payload["model"] == "atelier-image-1"
    assert "secret garden" not in str(payload)
    assert record.version.work.artist.name not in str(payload)
    (entry,) = LogEntry.objects.all()
    assert entry.subject == f"work:{record.version.work_id}"
    assert entry.payload_sha256 == hashlib.sha256(payload_bytes(payload)).hexdigest()


def test_a_version_has_one_record():
    record, _signed = recorded(_png())
    with pytest.raises(IntegrityError), transaction.atomic():
        recorded(_png(), version=record.version)
    assert ProvenanceRecord.objects.count() == 1
    assert Fingerprint.objects.count() == 1
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE provenance_provenancerecord SET model = 'human hand'",
        "DELETE FROM provenance_provenancerecord",
        "TRUNCATE provenance_provenancerecord",
    ],
)
def test_the_database_refuses_to_change_a_record(statement):
    recorded(_png())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            cursor.execute(statement)
    assert ProvenanceRecord.objects.get().model == "atelier-image-1"


def test_each_painting_finds_its_own_work_after_jpeg_and_resizing():
    works = {name: recorded(_png(name))[0].version.work for name in NAMES}
    for name in NAMES:
        small = painting(name).resize((300, 240))
        asked = fingerprint(encoded(small, "JPEG", quality=60))
        (match,) = works_that_look_like(asked)
        assert match.work == works[name]
        assert match.distance <= 31
        assert match.likeness_percent >= 88


def test_the_nearest_comes_first_and_the_threshold_holds():
    record, _signed = recorded(_png())
    bits = fingerprint_of_image(painting("turner")).bits
    row = Fingerprint.objects.get(version=record.version)
    for flips, found in ((31, True), (32, False)):
        turned = "".join("10"[int(b)] for b in bits[:flips]) + bits[flips:]
        Fingerprint.objects.filter(pk=row.pk).update(bits=turned)
        assert bool(works_that_look_like(fingerprint_of_image(painting("turner")))) is found


def test_flat_pictures_match_only_the_very_same_bits():
    navy, black = (encoded(Image.new("RGB", (64, 64), colour)) for colour in ("navy", "black"))
    record, _signed = recorded(strip_metadata(navy)[0])
    assert [match.work for match in works_that_look_like(fingerprint(navy))] == [record.version.work]
    Fingerprint.objects.update(bits="1" + "0" * 255)
    assert works_that_look_like(fingerprint(black)) == []


def test_the_panel_shows_the_recipe_only_where_the_artist_chose_to():
    kept, _signed = recorded(_png())
    panel = provenance_panel(kept.version.work)
    assert panel is not None
    assert (panel.model, panel.model_version) == ("atelier-image-1", "1.2")
    assert (panel.prompt, panel.seed, panel.steps) == ("", None, None)
    assert panel.log_sequence == 1
    shown, _signed = recorded(_png("monet"), facts=generated_facts(prompt_shown="lilies"))
    panel = provenance_panel(shown.version.work)
    assert panel is not None
    assert (panel.prompt, panel.seed, panel.steps) == ("lilies", 42, 20)


def test_a_work_without_a_record_has_no_panel():
    work: Work = WorkFactory()
    assert provenance_panel(work) is None


def test_the_hamming_index_serves_the_search():
    recorded(_png())
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            "EXPLAIN SELECT id FROM provenance_fingerprint ORDER BY bits <~> %s::bit(256) LIMIT 5", ["0" * 256]
        )
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "fingerprints_by_pdq" in plan
