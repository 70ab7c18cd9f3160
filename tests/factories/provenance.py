"""Provenance of versions, with real signed files (no bytes in the store)."""

import hashlib
from datetime import UTC, datetime

from marketplace.catalog.models import Work, WorkVersion
from marketplace.provenance.credentials import SignedFile, sign_file
from marketplace.provenance.facts import ProvenanceFacts
from marketplace.provenance.fingerprints import fingerprint
from marketplace.provenance.models import Fingerprint, ProvenanceRecord
from marketplace.provenance.services import record_provenance
from tests.factories.catalog import WorkFactory, WorkVersionFactory

MADE_AT = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


def generated_facts(**changes: object) -> ProvenanceFacts:
    """Facts of a picture made from words."""
    facts = {
        "source": "generated",
        "created_at": MADE_AT,
        "model": "atelier-image-1",
        "model_version": "1.2",
        "weights_sha256": "ab" * 32,
        "seed": 42,
        "steps": 20,
    }
    return ProvenanceFacts(**{**facts, **changes})  # type: ignore[arg-type]


def recorded(
    unsigned: bytes,
    *,
    media_type: str = "image/png",
    facts: ProvenanceFacts | None = None,
    work: Work | None = None,
    version: WorkVersion | None = None,
) -> tuple[ProvenanceRecord, SignedFile]:
    """A version with its record, and the signed file that the record speaks of."""
    version = version or WorkVersionFactory(work=work or WorkFactory())
    facts = facts or generated_facts()
    signed = sign_file(unsigned, media_type=media_type, facts=facts, title="Sunset", artist_name="Ann")
    record = record_provenance(
        version=version,
        facts=facts,
        unsigned_sha256=hashlib.sha256(unsigned).hexdigest(),
        signed=signed,
        fingerprint=fingerprint(unsigned),
    )
    return record, signed


def show_the_same_picture(*works: Work) -> None:
    """Give the current versions of ``works`` nearly the same fingerprint (each differs in a few bits)."""
    bits = "01" * 128
    for n, work in enumerate(works):
        Fingerprint.objects.create(version=work.versions.get(is_current=True), bits="1" * n + bits[n:], quality=90)
