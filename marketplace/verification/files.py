"""What a file is: by its credentials, by its bytes, by its looks."""

import hashlib

from django.utils.translation import gettext as _

from marketplace.catalog.models import Work, WorkFile
from marketplace.provenance.credentials import CredentialsReading, CredentialsState, read_credentials
from marketplace.provenance.errors import PictureTooLarge, PictureUnreadable
from marketplace.provenance.fingerprints import fingerprint
from marketplace.provenance.models import ProvenanceRecord
from marketplace.provenance.selectors import (
    FingerprintMatch,
    record_of_file,
    record_of_manifest,
    works_that_look_like,
)
from marketplace.verification.answers import FileAnswer, Match, Verdict
from marketplace.verification.errors import FileNotCheckable, FileTooLarge, NothingToCheck
from marketplace.verification.facts import origin_facts, work_facts

MOST_BYTES = 25 * 1024 * 1024


def media_type_of(data: bytes) -> str:
    """The picture's media type by its first bytes. Raises FileNotCheckable."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    if data[4:12] in {b"ftypavif", b"ftypavis"}:
        return "image/avif"
    raise FileNotCheckable(way_out=_("Drop a PNG, JPEG, WebP or AVIF picture, or a licence certificate as JSON."))


def verify_file(data: bytes) -> FileAnswer:
    """Everything that can be said about a picture file; changes nothing and keeps nothing.

    Raises NothingToCheck, FileTooLarge and FileNotCheckable.
    """
    if not data:
        raise NothingToCheck(way_out=_("Choose a file, or type a certificate's number."))
    if len(data) > MOST_BYTES:
        raise FileTooLarge(way_out=_("Files up to %(most)d MB can be checked.") % {"most": MOST_BYTES >> 20})
    media_type = media_type_of(data)
    sha256 = hashlib.sha256(data).hexdigest()
    reading = read_credentials(data, media_type=media_type)
    record = record_of_file(sha256) or record_of_manifest(reading.manifest_label)
    found = _look_alikes(data)
    shown = [match for match in found if match.work.status == Work.Status.LISTED]
    verdict = _verdict(reading, record, sha256, found)
    named = record if verdict in {Verdict.SIGNED_HERE, Verdict.CHANGED} else None
    return FileAnswer(
        verdict=verdict,
        sha256=sha256,
        media_type=media_type,
        work=work_facts(named.version.work) if named else None,
        origin=origin_facts(named) if named else None,
        matches=tuple(_match(match) for match in shown),
        hidden_matches=len(found) - len(shown),
        picture_changed=any("ataHash" in problem for problem in reading.problems),
        words_changed=any("hashedURI" in problem or "claim" in problem.lower() for problem in reading.problems),
        credentials_signed_by=reading.signed_by,
        credentials_model=f"{reading.model} {reading.model_version}".strip(),
        training_allowed=reading.training_allowed,
        problems=reading.problems if verdict is Verdict.CHANGED else (),
    )


def _look_alikes(data: bytes) -> list[FingerprintMatch]:
    try:
        return works_that_look_like(fingerprint(data))
    except (PictureUnreadable, PictureTooLarge):
        # A damaged picture cannot be compared by its looks; its credentials and bytes still speak.
        return []


def _verdict(
    reading: CredentialsReading,
    record: ProvenanceRecord | None,
    sha256: str,
    found: list[FingerprintMatch],
) -> Verdict:
    if reading.state is CredentialsState.OURS:
        return Verdict.SIGNED_HERE if record else Verdict.SIGNED_NOT_PUBLISHED
    if reading.state is CredentialsState.TAMPERED:
        return Verdict.CHANGED
    if reading.state is CredentialsState.FOREIGN:
        return Verdict.FOREIGN
    if WorkFile.objects.filter(sha256=sha256, role=WorkFile.Role.PREVIEW).exists():
        return Verdict.PREVIEW
    return Verdict.STRIPPED if found else Verdict.UNKNOWN


def _match(match: FingerprintMatch) -> Match:
    record = (
        ProvenanceRecord.objects.select_related("version__work")
        .filter(version__work=match.work, version__is_current=True)
        .first()
    )
    return Match(
        work=work_facts(match.work),
        origin=origin_facts(record) if record else None,
        distance=match.distance,
        likeness_percent=match.likeness_percent,
    )
