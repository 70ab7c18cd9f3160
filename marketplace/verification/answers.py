"""What can be said about a file or a licence: plain values, the same for the page and the API."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from marketplace.core.money import Money


class Verdict(StrEnum):
    """What a file is, in one word."""

    SIGNED_HERE = "signed_here"  # the file as we signed it, bit for bit
    SIGNED_NOT_PUBLISHED = "signed_not_published"  # our signature holds, but no work of the shop has this file
    CHANGED = "changed"  # carries credentials that do not hold
    STRIPPED = "stripped"  # carries none, but looks like a work here
    PREVIEW = "preview"  # one of the shop's own previews, bit for bit
    FOREIGN = "foreign"  # credentials that hold, signed by somebody else
    UNKNOWN = "unknown"  # nothing is known


@dataclass(frozen=True, slots=True)
class LicenceOffered:
    """A licence that can be bought."""

    code: str
    name: str
    price: Money


@dataclass(frozen=True, slots=True)
class WorkFacts:
    """A work as everybody may see it. ``address`` is empty where its page is not shown at present."""

    work_id: UUID
    title: str
    artist_name: str
    address: str
    sold_exclusively: bool
    licences: tuple[LicenceOffered, ...] = ()


@dataclass(frozen=True, slots=True)
class OriginFacts:
    """How and when the picture came to be, from our own record (not from the file's words)."""

    source: str
    source_label: str
    model: str
    model_version: str
    made_at: datetime
    signed_at: datetime
    manifest_label: str
    file_sha256: str
    prompt: str
    log_sequence: int | None


@dataclass(frozen=True, slots=True)
class Match:
    """A work whose picture looks like the file's. ``distance``: differing bits of 256."""

    work: WorkFacts
    origin: OriginFacts | None
    distance: int
    likeness_percent: int


@dataclass(frozen=True, slots=True)
class FileAnswer:
    """All that can be said about a file.

    ``work`` and ``origin``: of the record that the file (SIGNED_HERE) or its credentials (CHANGED) name. ``matches``:
    by looks alone. ``picture_changed`` and ``words_changed`` say which part of a CHANGED file does not hold.
    """

    verdict: Verdict
    sha256: str
    media_type: str
    work: WorkFacts | None = None
    origin: OriginFacts | None = None
    matches: tuple[Match, ...] = field(default=())
    hidden_matches: int = 0
    picture_changed: bool = False
    words_changed: bool = False
    credentials_signed_by: str = ""
    credentials_model: str = ""
    training_allowed: bool | None = None
    problems: tuple[str, ...] = field(default=())

    @property
    def signed_here(self) -> bool:
        """Whether our signature on this very file holds."""
        return self.verdict in {Verdict.SIGNED_HERE, Verdict.SIGNED_NOT_PUBLISHED}

    @property
    def tampered(self) -> bool:
        """Whether it carries credentials that do not hold."""
        return self.verdict is Verdict.CHANGED


@dataclass(frozen=True, slots=True)
class CertificateAnswer:
    """A licence as its certificate shows it, and whether it is still valid."""

    number: str
    holder_name: str
    granted_at: datetime
    licence_code: str
    licence_name: str
    licence_summary: str
    wording_version: int
    is_exclusive: bool
    is_valid: bool
    ended_at: datetime | None
    work: WorkFacts
    file_sha256: str
    from_signed_file: bool
