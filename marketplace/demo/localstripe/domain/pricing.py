"""What a checkout session costs: its lines, the chosen amount, the discount, and the tax of the buyer's country."""

from __future__ import annotations

from ..identifiers import new_id
from ..money import shown
from ..shapes.discounts import discount as discount_shape
from ..transaction import Json, Transaction
from . import tax, tax_rates, totals
from .tax_ids import tax_ids_of


def unit_amount(item: Json, private: Json) -> int:
    """A line's price in minor units; where the buyer chooses it, her choice, before it the preset."""
    custom = item["price"]["custom_unit_amount"]
    if custom is None:
        return int(item["price"]["unit_amount"])
    chosen = private.get("custom_amount")
    return int(custom["preset"] or 0) if chosen is None else int(chosen)


def amount_problem(price: Json, amount: int) -> tuple[str, str] | None:
    """Why a chosen amount does not do, as a text with a placeholder and its value; None where it does."""
    custom = price["custom_unit_amount"]
    if custom["minimum"] is not None and amount < custom["minimum"]:
        return "Choose at least %(amount)s.", shown(custom["minimum"], price["currency"])
    if custom["maximum"] is not None and amount > custom["maximum"]:
        return "Choose at most %(amount)s.", shown(custom["maximum"], price["currency"])
    return None


def price_session(tx: Transaction, session: Json) -> Json:
    """Compute every amount of an open session again, and save it."""
    private = tx.private(session["id"])
    items = private["line_items"]
    applied = _taxation(tx, session, private)
    subtotals = [unit_amount(item, private) * item["quantity"] for item in items]
    inclusive = [tax.behaviour_of(item["price"]["tax_behavior"], session["currency"]) == "inclusive" for item in items]
    off = _discount(tx, private, sum(subtotals))
    lines = totals.price_lines(subtotals, discount=off, rate_bp=applied.rate_bp if applied else 0, inclusive=inclusive)
    for item, line in zip(items, lines, strict=True):
        item.update(
            amount_subtotal=line.subtotal,
            amount_discount=line.discount,
            amount_tax=line.tax,
            amount_total=line.total,
        )
    session.update(
        amount_subtotal=sum(subtotals),
        amount_total=sum(line.total for line in lines),
        total_details={
            "amount_discount": off,
            "amount_shipping": 0,
            "amount_tax": sum(line.tax for line in lines),
        },
    )
    private["parts"] = _parts(tx, session, items, lines, applied if applied and applied.country else None)
    return tx.save(session)


def _discount(tx: Transaction, private: Json, subtotal: int) -> int:
    used = private.get("discount")
    if not used:
        return 0
    coupon = tx.load("coupon", used["coupon"])
    percent = coupon["percent_off"]
    return totals.discount_on(
        subtotal, amount_off=coupon["amount_off"], percent_off=None if percent is None else str(percent)
    )


def _taxation(tx: Transaction, session: Json, private: Json) -> tax.Taxation | None:
    """What applies to the buyer as far as she is known; None where no tax is computed."""
    if not session["automatic_tax"]["enabled"]:
        return None
    customer = tx.find(session["customer"] or "", kind="customer")
    buyer = private.get("buyer") or {}
    address = buyer.get("address") or (customer or {}).get("address") or {}
    country = address.get("country")
    session["automatic_tax"]["status"] = "complete" if country else "requires_location_inputs"
    ids = tax_ids_of(tx, customer["id"]) if customer else []
    if buyer.get("tax_id"):
        ids = [*ids, buyer["tax_id"]]
    exempt = customer["tax_exempt"] if customer else "none"
    return tax.taxation(country=country, tax_ids=ids, exempt=exempt, home=tx.setting("country") or "US")


def _parts(
    tx: Transaction,
    session: Json,
    items: list[Json],
    lines: list[totals.Priced],
    applied: tax.Taxation | None,
) -> Json:
    """What stands behind the sums (``total_details.breakdown`` and the lines' ``discounts`` and ``taxes``)."""
    used = tx.private(session["id"]).get("discount")
    discount = None
    if used:
        used.setdefault("id", new_id("di"))
        discount = discount_shape(
            id=used["id"],
            session=session["id"],
            coupon=used["coupon"],
            promotion_code=used.get("promotion_code"),
            start=tx.real_now_s,
        )
    of_items: Json = {}
    sums: dict[bool, tuple[int, int]] = {}
    for item, line in zip(items, lines, strict=True):
        of_items[item["id"]] = {
            "discounts": [{"amount": line.discount, "discount": discount}] if discount else [],
            "taxes": [_tax(tx, applied, line.tax, line.taxable, line.is_inclusive)] if applied else [],
        }
        amount, taxable = sums.get(line.is_inclusive, (0, 0))
        sums[line.is_inclusive] = (amount + line.tax, taxable + line.taxable)
    taxes = []
    if applied:
        taxes = [_tax(tx, applied, amount, taxable, kind) for kind, (amount, taxable) in sorted(sums.items())]
    off = sum(line.discount for line in lines)
    return {
        "items": of_items,
        "breakdown": {
            "discounts": [{"amount": off, "discount": discount}] if discount else [],
            "taxes": taxes,
        },
    }


def _tax(tx: Transaction, applied: tax.Taxation, amount: int, taxable: int, is_inclusive: bool) -> Json:
    return {
        "amount": amount,
        "rate": tax_rates.rate_of(tx, applied, is_inclusive=is_inclusive),
        "taxability_reason": applied.reason,
        "taxable_amount": taxable if applied.rate_bp else 0,
    }
