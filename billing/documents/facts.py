"""What stands on an invoice or credit note, as plain frozen values, and how its row keeps them."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from marketplace.core.money import Money


@dataclass(frozen=True, slots=True)
class Party:
    """Who sells or buys. ``address`` in lines as on an envelope, without the name."""

    name: str
    address: tuple[str, ...] = ()
    country: str = ""
    vat_id: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """One thing sold or given back. ``ref`` names it in the ledger; amounts are minor units of the document's currency.

    ``tax_basis_points``: the rate in 1/100 of a percent; ``jurisdiction``: whose tax it is, e.g. ``DE``.
    """

    ref: str
    name: str
    net_minor: int
    tax_minor: int = 0
    tax_basis_points: int = 0
    jurisdiction: str = ""

    @property
    def gross_minor(self) -> int:
        """With its tax."""
        return self.net_minor + self.tax_minor


@dataclass(frozen=True, slots=True)
class Draft:
    """What the room of a sale says of it. ``sold_on``: the day on which it was delivered and paid; ``order``: the
    number by which the buyer knows it; ``notes``: what the law wants said, in ``language``.
    """

    user_id: UUID
    buyer: Party
    language: str
    currency: str
    lines: tuple[DocumentLine, ...]
    sold_on: date
    order: str
    notes: tuple[str, ...] = ()

    @property
    def net(self) -> Money:
        """Without tax."""
        return Money(sum(line.net_minor for line in self.lines), self.currency)

    @property
    def tax(self) -> Money:
        """All tax in it."""
        return Money(sum(line.tax_minor for line in self.lines), self.currency)


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """The tax of one rate in one place, with the amount that it is counted on; minor units."""

    jurisdiction: str
    basis_points: int
    net_minor: int
    tax_minor: int

    @property
    def percent(self) -> str:
        """The rate as people write it: ``19``, ``25.5``."""
        whole, part = divmod(self.basis_points, 100)
        return f"{whole}.{part:02}".rstrip("0").rstrip(".") if part else str(whole)


@dataclass(frozen=True, slots=True)
class DocumentFacts:
    """All that is printed beside number and day."""

    seller: Party
    buyer: Party
    lines: tuple[DocumentLine, ...]
    sold_on: date
    order: str
    notes: tuple[str, ...]

    @property
    def tax_totals(self) -> tuple[TaxTotal, ...]:
        """The tax by place and rate, in the order in which they first occur; lines without tax make none."""
        found: dict[tuple[str, int], TaxTotal] = {}
        for line in self.lines:
            if not line.tax_minor and not line.tax_basis_points:
                continue
            key = (line.jurisdiction, line.tax_basis_points)
            before = found.get(key, TaxTotal(*key, 0, 0))
            found[key] = TaxTotal(*key, before.net_minor + line.net_minor, before.tax_minor + line.tax_minor)
        return tuple(found.values())


def frozen_from(draft: Draft, *, seller: Party) -> dict[str, Any]:
    """As a row keeps it."""
    facts = DocumentFacts(seller, draft.buyer, draft.lines, draft.sold_on, draft.order, draft.notes)
    return {**asdict(facts), "sold_on": draft.sold_on.isoformat()}


def facts_from(frozen: Mapping[str, Any]) -> DocumentFacts:
    """From what a row keeps."""
    return DocumentFacts(
        seller=_party(frozen["seller"]),
        buyer=_party(frozen["buyer"]),
        lines=tuple(DocumentLine(**line) for line in frozen["lines"]),
        sold_on=date.fromisoformat(frozen["sold_on"]),
        order=frozen["order"],
        notes=tuple(frozen["notes"]),
    )


def _party(frozen: Mapping[str, Any]) -> Party:
    return Party(**{**frozen, "address": tuple(frozen["address"])})
