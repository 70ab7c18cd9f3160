"""Writing down where a version comes from."""

import hashlib
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from marketplace.catalog.models import WorkVersion
from marketplace.core.clock import now
from marketplace.provenance.credentials import SignedFile
from marketplace.provenance.facts import ProvenanceFacts
from marketplace.provenance.fingerprints import PictureFingerprint
from marketplace.provenance.models import Fingerprint, PictureSource, ProvenanceRecord
from marketplace.transparency.keys import leaf_sha256
from marketplace.transparency.services import append_log
from marketplace.transparency.statements import payload_bytes, sign_statement


def wait_for_other_pictures() -> None:
    """One transaction at a time from here on, of those that look for near copies and then list or sell a picture.

    So of two near copies that are published at once the second sees the first, and none comes in while another is
    sold exclusively. Call it inside a transaction, before any rights row and the log's lock.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("wait_for_other_pictures holds its lock only inside a transaction")
    with connection.cursor() as cursor:
        # The name is kept from the time when publishing alone took it: the release that still runs waits for it too.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('publishing_publication'))")


def note_picture_source(*, made: bytes, of: bytes) -> None:
    """Write down that the picture ``made``, with which a model begins, comes from the file ``of``; once."""
    made_sha256, of_sha256 = (hashlib.sha256(data).hexdigest() for data in (made, of))
    if made_sha256 != of_sha256:
        row = PictureSource(made_sha256=made_sha256, of_sha256=of_sha256)
        PictureSource.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def record_provenance(
    *,
    version: WorkVersion,
    facts: ProvenanceFacts,
    unsigned_sha256: str,
    signed: SignedFile,
    fingerprint: PictureFingerprint,
) -> ProvenanceRecord:
    """Store the facts, a signed statement on them and the fingerprint, and log it.

    ``unsigned_sha256`` (hex): of the file before its credentials. The log's lock is held until the caller's transaction
    ends, so call this last. IntegrityError where the version has a record already.
    """
    file_sha256 = hashlib.sha256(signed.data).hexdigest()
    signed_at = now()
    payload = statement_payload(
        version=version, facts=facts, file_sha256=file_sha256, signed=signed, signed_at=signed_at.isoformat()
    )
    record = ProvenanceRecord.objects.create(
        version=version,
        source=facts.source,
        model=facts.model,
        model_version=facts.model_version,
        weights_sha256=facts.weights_sha256,
        seed=facts.seed,
        steps=facts.steps,
        made_at=facts.created_at,
        prompt_shown=facts.prompt_shown or "",
        parents=list(facts.parents),
        unsigned_sha256=unsigned_sha256,
        file_sha256=file_sha256,
        media_type=signed.media_type,
        manifest_label=signed.manifest_label,
        certificate_sha256=leaf_sha256(),
        statement=sign_statement(payload),
        signed_at=signed_at,
    )
    Fingerprint.objects.create(version=version, bits=fingerprint.bits, quality=fingerprint.quality)
    append_log(
        kind="work_signed",
        subject=f"work:{version.work_id}",
        payload_sha256=hashlib.sha256(payload_bytes(payload)).hexdigest(),
    )
    return record


def statement_payload(
    *, version: WorkVersion, facts: ProvenanceFacts, file_sha256: str, signed: SignedFile, signed_at: str
) -> dict[str, Any]:
    """What the site states on a version; its hash stands in the log. No prompt, no name of a person."""
    return {
        "type": "work_signed",
        "issuer": settings.BASE_URL,
        "work": str(version.work_id),
        "version": version.number,
        "file_sha256": file_sha256,
        "media_type": signed.media_type,
        "manifest": signed.manifest_label,
        "source": facts.source,
        "model": facts.model,
        "model_version": facts.model_version,
        "weights_sha256": facts.weights_sha256,
        "made_at": facts.created_at.isoformat(),
        "made_from_sha256": list(facts.parents),
        "signed_at": signed_at,
    }
