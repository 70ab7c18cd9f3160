"""What a bank is told about a disputed payment: plain values, as the fields and the document show them."""

from dataclasses import dataclass
from datetime import datetime

from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class Licence:
    """The licence that a line brought: what it permits in English, and how anyone can check it."""

    number: str
    holder: str
    granted_at: datetime
    terms: str
    summary: str
    wording: str
    wording_version: int
    verify_at: str
    ended: str


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the delivered file comes from, as it was signed."""

    source: str
    model: str
    made_at: datetime
    signed_at: datetime
    file_sha256: str
    manifest: str
    log_sequence: int | None
    log_hash: str


@dataclass(frozen=True, slots=True)
class Bought:
    """One line of the order. ``licence`` and ``origin`` are None where there is none."""

    title: str
    address: str
    artist: str
    price: Money
    version: int
    media_type: str
    file_sha256: str
    licence: Licence | None
    origin: Origin | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """One download. ``network``: shortened."""

    at: datetime
    licence: str
    file_sha256: str
    network: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class Message:
    """What was written between the shop, the buyer and the artist; ``sender`` names who wrote."""

    at: datetime
    sender: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """What somebody added to the answer."""

    author: str
    is_artist: bool
    text: str


@dataclass(frozen=True, slots=True)
class Case:
    """Everything about one disputed payment. ``order_id`` is empty for one that was no order of works; ``credits`` says
    what it brought where it bought credits, ``uses`` what was made with credits since.
    """

    dispute_id: str
    payment: str
    reason: str
    amount: Money
    opened_at: datetime
    order_id: str
    ordered_at: datetime | None
    paid_at: datetime | None
    total: Money | None
    buyer_name: str
    buyer_email: str
    buyer_since: datetime | None
    orders_before: int
    bought: tuple[Bought, ...]
    tips: tuple[str, ...]
    credits: str
    uses: tuple[str, ...]
    consent: str
    downloads: tuple[Fetched, ...]
    messages: tuple[Message, ...]
    refusals: tuple[str, ...]
    refund_days: int
    words: tuple[Words, ...]
