"""Reads on provenance: by file, by manifest, by what a picture looks like, and for the work page's panel."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import FloatField, QuerySet, Value
from django.db.models.functions import Cast
from pgvector.django import BitField, HammingDistance

from marketplace.catalog.models import Work, WorkFile
from marketplace.provenance.fingerprints import LEAST_QUALITY, SAME_PICTURE_WITHIN, PictureFingerprint
from marketplace.provenance.models import Fingerprint, PictureSource, ProvenanceRecord
from marketplace.transparency.models import LogEntry
from marketplace.transparency.selectors import entries_about


@dataclass(frozen=True, slots=True)
class FingerprintMatch:
    """A work whose picture looks like the one asked for. ``distance``: differing bits of 256."""

    work: Work
    distance: int

    @property
    def likeness_percent(self) -> int:
        """Equal bits in whole percent."""
        return round(100 * (256 - self.distance) / 256)


@dataclass(frozen=True, slots=True)
class ProvenancePanel:
    """What a work's page shows of its origin. ``prompt`` is empty unless the artist chose to show it."""

    source: str
    source_label: str
    model: str
    model_version: str
    weights_sha256: str
    made_at: datetime
    signed_at: datetime
    seed: int | None
    steps: int | None
    prompt: str
    file_sha256: str
    manifest_label: str
    log_sequence: int | None
    log_hash: str
    is_from_a_picture: bool


def record_of_file(sha256: str) -> ProvenanceRecord | None:
    """The record of the signed file with this SHA-256 (hex)."""
    return _records().filter(file_sha256=sha256).first()


def record_of_manifest(label: str) -> ProvenanceRecord | None:
    """The record of the manifest with this URN."""
    return _records().filter(manifest_label=label).first() if label else None


def works_with_files(hashes: Collection[str]) -> dict[str, Work]:
    """By their SHA-256 (hex), those of ``hashes`` that are a work's file in any state: signed, unsigned, a preview."""
    files = WorkFile.objects.filter(sha256__in=hashes).select_related("version__work__artist")
    unsigned = _records().filter(unsigned_sha256__in=hashes).order_by("-pk")
    found = {record.unsigned_sha256: record.version.work for record in unsigned}
    return found | {file.sha256: file.version.work for file in files.order_by("-pk")}


def sources_of(hashes: Collection[str]) -> dict[str, set[str]]:
    """From which files the pictures with ``hashes`` were made ready, as far as that was written down."""
    found: dict[str, set[str]] = {}
    rows = PictureSource.objects.filter(made_sha256__in=hashes)
    for made, of in rows.values_list("made_sha256", "of_sha256"):
        found.setdefault(made, set()).add(of)
    return found


def _records() -> "QuerySet[ProvenanceRecord]":
    return ProvenanceRecord.objects.select_related("version__work__artist")


def works_that_look_like(
    print_: PictureFingerprint, *, within: int = SAME_PICTURE_WITHIN, limit: int = 12
) -> list[FingerprintMatch]:
    """Works whose fingerprint differs in at most ``within`` of 256 bits, the nearest first, one match per work.

    Works in any state are found; who may see what is the caller's to decide. A picture with too little in it (quality
    under 50) matches nothing but the same bits.
    """
    most = within if print_.is_telling else 0
    asked = Cast(Value(print_.bits), BitField(length=256))
    nearest = (
        Fingerprint.objects.filter(algorithm=Fingerprint.Algorithm.PDQ)
        .annotate(distance=HammingDistance("bits", asked, output_field=FloatField()))
        .select_related("version__work__artist")
        .order_by("distance")[: limit * 2]
    )
    found: dict[object, FingerprintMatch] = {}
    for row in nearest:
        weak = row.quality < LEAST_QUALITY and row.distance > 0
        if row.distance <= most and not weak:
            found.setdefault(row.version.work_id, FingerprintMatch(row.version.work, int(row.distance)))
    return list(found.values())[:limit]


def prints_of(work: Work) -> list[PictureFingerprint]:
    """The fingerprints of all versions of ``work``: buyers keep the version that they bought."""
    rows = Fingerprint.objects.filter(version__work=work, algorithm=Fingerprint.Algorithm.PDQ).order_by("pk")
    return [PictureFingerprint(row.bits, row.quality) for row in rows]


def look_alikes_of(work: Work) -> list[Work]:
    """The artist's other works, in any state, that show the same picture as a version of ``work``; by their ids."""
    found: dict[object, Work] = {}
    for print_ in prints_of(work):
        asked = Cast(Value(print_.bits), BitField(length=256))
        distance = HammingDistance("bits", asked, output_field=FloatField())
        rows = (
            Fingerprint.objects.filter(algorithm=Fingerprint.Algorithm.PDQ, version__work__artist=work.artist_id)
            .exclude(version__work=work)
            .annotate(distance=distance)
            .filter(distance__lte=SAME_PICTURE_WITHIN if print_.is_telling else 0)
            .select_related("version__work")
        )
        for row in rows:
            if row.quality >= LEAST_QUALITY or row.distance == 0:
                found[row.version.work_id] = row.version.work
    return [found[key] for key in sorted(found, key=str)]


def provenance_panel(work: Work) -> ProvenancePanel | None:
    """The origin of the work's current version; None where nothing was recorded."""
    record = ProvenanceRecord.objects.filter(version__work=work, version__is_current=True).first()
    if record is None:
        return None
    logged: LogEntry | None = entries_about(f"work:{work.pk}").filter(kind="work_signed").last()
    recipe_shown = bool(record.prompt_shown)
    return ProvenancePanel(
        source=record.source,
        source_label=record.get_source_display(),
        model=record.model,
        model_version=record.model_version,
        weights_sha256=record.weights_sha256,
        made_at=record.made_at,
        signed_at=record.signed_at,
        seed=record.seed if recipe_shown else None,
        steps=record.steps if recipe_shown else None,
        prompt=record.prompt_shown,
        file_sha256=record.file_sha256,
        manifest_label=record.manifest_label,
        log_sequence=logged.sequence if logged else None,
        log_hash=logged.entry_hash if logged else "",
        is_from_a_picture=bool(record.parents),
    )
