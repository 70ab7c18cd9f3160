"""The lines of a subscription's invoice at Stripe, in our words and the language of the moment."""

from collections.abc import Mapping

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.documents.facts import DocumentLine
from billing.gateway import InvoiceLine, PaidInvoice


def lines_of_invoice(found: PaidInvoice, *, names: Mapping[str, str], paid_minor: int) -> tuple[DocumentLine, ...]:
    """``names``: by Stripe's price, what is sold at it. ``paid_minor``: what was paid in money.

    Where a balance of the customer at Stripe paid a part or was filled up, a line says so: the total is what was paid.
    """
    lines = [
        DocumentLine(f"{found.id}:{place}", _name_of(line, names.get(line.price_id)), line.amount_minor)
        for place, line in enumerate(found.lines, start=1)
    ]
    rest = paid_minor - sum(line.net_minor for line in lines)
    if rest:
        lines.append(DocumentLine("balance", _("Balance of earlier invoices"), rest))
    return tuple(lines)


def _name_of(line: InvoiceLine, name_of_price: str | None) -> str:
    name = line.description if name_of_price is None or line.is_proration else name_of_price
    if line.begins is None or line.ends is None:
        return name
    days = {"name": name, "begins": date_format(line.begins), "ends": date_format(line.ends)}
    return _("%(name)s, %(begins)s to %(ends)s") % days
