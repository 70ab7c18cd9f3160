"""What Stripe tells us, as plain frozen values; no object of its SDK leaves the gateway."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from marketplace.core.money import Money


def moment(seconds: int | None) -> datetime | None:
    """Stripe's seconds since 1970 as an aware moment."""
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC)


def id_of(value: Any) -> str | None:
    """The id of a field that holds an id, an expanded object, or nothing."""
    if isinstance(value, Mapping):
        value = value.get("id")
    return str(value) if value else None


# Where the product of a taxed line names what it is of ours, by which its tax is found again.
LINE_KEY = "line"


@dataclass(frozen=True, slots=True)
class LineTax:
    """How a line is taxed: Stripe's product tax ``code``, whether the amount is ``inclusive`` or ``exclusive`` of tax,
    and our ``reference`` for the line.
    """

    code: str
    behaviour: str
    reference: str


@dataclass(frozen=True, slots=True)
class CheckoutLine:
    """A line of a checkout: a price of the catalogue (``price_id``), or a name and an amount said inline.

    ``tax``: of a checkout that computes tax.
    """

    name: str
    amount: Money
    quantity: int = 1
    price_id: str = ""
    tax: LineTax | None = None


@dataclass(frozen=True, slots=True)
class CheckoutSession:
    """A hosted checkout. ``status``: open, complete, expired; ``payment_status``: unpaid, paid,
    no_payment_required.

    ``url`` is where the buyer pays while it is open, then empty. ``computes_tax``: the total has the buyer's tax in it
    or on top; of which line it is, `checkout_taxes` tells.
    """

    id: str
    url: str
    status: str
    payment_status: str
    payment_intent_id: str | None
    expires_at: datetime | None
    reference: str = ""
    subscription_id: str | None = None
    customer_id: str | None = None
    total: Money | None = None
    computes_tax: bool = False
    metadata: dict[str, str] = field(default_factory=dict)

    @property
    def is_paid(self) -> bool:
        """Whether the money is there; a completed session can still wait for it."""
        return self.status == "complete" and self.payment_status in {"paid", "no_payment_required"}

    @classmethod
    def from_stripe(cls, session: Mapping[str, Any]) -> "CheckoutSession":
        """From Stripe's checkout.session, as answered or as an event carries it."""
        total, currency = session.get("amount_total"), session.get("currency")
        return cls(
            id=session["id"],
            url=session.get("url") or "",
            status=session.get("status") or "open",
            payment_status=session["payment_status"],
            payment_intent_id=id_of(session.get("payment_intent")),
            expires_at=moment(session.get("expires_at")),
            reference=session.get("client_reference_id") or "",
            subscription_id=id_of(session.get("subscription")),
            customer_id=id_of(session.get("customer")),
            total=None if total is None or not currency else Money(total, currency.upper()),
            computes_tax=bool((session.get("automatic_tax") or {}).get("enabled")),
            metadata=dict(session.get("metadata") or {}),
        )


@dataclass(frozen=True, slots=True)
class Refund:
    """Money on its way back. ``status``: pending, requires_action, succeeded, failed, canceled; ``reference``: ours."""

    id: str
    status: str
    amount: Money
    payment_intent_id: str | None
    reference: str = ""

    @classmethod
    def from_stripe(cls, refund: Mapping[str, Any]) -> "Refund":
        """From Stripe's refund."""
        return cls(
            id=refund["id"],
            status=refund["status"] or "pending",
            amount=Money(refund["amount"], refund["currency"].upper()),
            payment_intent_id=id_of(refund.get("payment_intent")),
            reference=str((refund.get("metadata") or {}).get("reference", "")),
        )


@dataclass(frozen=True, slots=True)
class ConnectAccount:
    """A connected account: whether transfers reach it and payouts leave it, what Stripe still wants to know and until
    when, and whose it is. ``destinations``: Stripe's fingerprints of the bank accounts and cards that it pays out to;
    ``birth_date``: of a private person, as ISO, else empty. ``business_type``: individual, company, non_profit,
    government_entity or empty;
    ``tells_identity``: whether Stripe tells us who is behind it at all.
    """

    id: str
    tells_identity: bool
    details_submitted: bool
    transfers_active: bool
    payouts_enabled: bool
    requirements_due: tuple[str, ...]
    requirements_deadline: datetime | None
    disabled_reason: str
    business_type: str
    country: str
    name: str
    address: tuple[str, ...]
    phone: str
    email: str
    has_tax_id: bool
    destinations: tuple[str, ...] = ()
    birth_date: str = ""

    @classmethod
    def from_stripe(cls, account: Mapping[str, Any]) -> "ConnectAccount":
        """From Stripe's account. What it shows to the public (``business_profile``) goes before what it knows."""
        requirements = account.get("requirements") or {}
        business_type = account.get("business_type") or ""
        holder = account.get("individual" if business_type == "individual" else "company") or {}
        public = account.get("business_profile") or {}
        numbers = ("id_number_provided", "ssn_last_4_provided", "tax_id_provided", "vat_id_provided")
        full_name = f"{holder.get('first_name') or ''} {holder.get('last_name') or ''}".strip()
        return cls(
            id=account["id"],
            tells_identity=(account.get("controller") or {}).get("requirement_collection") == "application",
            details_submitted=bool(account.get("details_submitted")),
            transfers_active=(account.get("capabilities") or {}).get("transfers") == "active",
            payouts_enabled=bool(account.get("payouts_enabled")),
            requirements_due=tuple(requirements.get("currently_due") or ()),
            requirements_deadline=moment(requirements.get("current_deadline")),
            disabled_reason=requirements.get("disabled_reason") or "",
            business_type=business_type,
            country=account.get("country") or "",
            name=holder.get("name") or full_name,
            address=_lines_of(public.get("support_address")) or _lines_of(holder.get("address")),
            phone=public.get("support_phone") or holder.get("phone") or "",
            email=public.get("support_email") or holder.get("email") or account.get("email") or "",
            has_tax_id=any(holder.get(number) for number in numbers),
            destinations=_fingerprints_of(account.get("external_accounts")),
            birth_date=_iso_date(holder.get("dob")),
        )


def _fingerprints_of(external_accounts: Mapping[str, Any] | None) -> tuple[str, ...]:
    """Of bank accounts and debit cards; Stripe lists them on accounts whose requirements are ours to collect."""
    listed = (external_accounts or {}).get("data") or ()
    return tuple(sorted({one["fingerprint"] for one in listed if one.get("fingerprint")}))


def _iso_date(date: Mapping[str, Any] | None) -> str:
    """Stripe's day, month and year; empty where one is missing."""
    year, month, day = ((date or {}).get(name) or 0 for name in ("year", "month", "day"))
    return f"{year:04d}-{month:02d}-{day:02d}" if year and month and day else ""


def _lines_of(address: Mapping[str, Any] | None) -> tuple[str, ...]:
    """An address as lines; none where the street or the town is missing."""
    found = {name: str(value).strip() for name, value in (address or {}).items() if value}
    if not found.get("line1") or not (found.get("city") or found.get("postal_code")):
        return ()
    town = " ".join(filter(None, (found.get("postal_code"), found.get("city"), found.get("state"))))
    return tuple(filter(None, (found["line1"], found.get("line2"), town, found.get("country"))))


@dataclass(frozen=True, slots=True)
class Transfer:
    """Money moved to a connected account."""

    id: str
    amount: Money
    destination: str
    reversed: bool


@dataclass(frozen=True, slots=True)
class TransferReversal:
    """Money of a transfer that came back from the connected account."""

    id: str
    amount: Money


@dataclass(frozen=True, slots=True)
class BankPayout:
    """A payout from an account at Stripe to its owner's bank, in whatever currency that is. ``failure_code``: Stripe's
    word, where the bank did not take it.
    """

    id: str
    amount_minor: int
    currency: str
    created: datetime
    failure_code: str

    @classmethod
    def from_stripe(cls, payout: Mapping[str, Any]) -> "BankPayout":
        """From Stripe's payout."""
        created = moment(payout["created"])
        assert created is not None, "a payout has a moment"
        return cls(
            id=payout["id"],
            amount_minor=payout["amount"],
            currency=payout["currency"].upper(),
            created=created,
            failure_code=payout.get("failure_code") or "",
        )


@dataclass(frozen=True, slots=True)
class EventFacts:
    """An event: its id, type, the moment it happened, and its object as plain values. ``account``: the connected
    account of which it tells; empty for the shop's own.
    """

    id: str
    type: str
    created: datetime
    object: Mapping[str, Any]
    account: str = ""
