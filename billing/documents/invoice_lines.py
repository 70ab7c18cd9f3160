"""The lines of a subscription's invoice at Stripe, in our words and the language of the moment."""

from collections.abc import Mapping, Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from billing.documents.facts import DocumentLine
from billing.gateway import InvoiceLine, PaidInvoice, Taxed


def lines_of_invoice(
    found: PaidInvoice, *, names: Mapping[str, str], paid_minor: int, taxes: Sequence[Taxed] = ()
) -> tuple[DocumentLine, ...]:
    """``names``: by Stripe's price, what is sold at it. ``paid_minor``: what was paid in money.

    ``taxes``: that of each line; empty where no tax is computed.

    Where a balance of the customer at Stripe paid a part or was filled up, a line says so: the total is what was paid.
    """
    lines = []
    for place, line in enumerate(found.lines, start=1):
        ref, name = f"{found.id}:{place}", _name_of(line, names.get(line.price_id))
        if taxes:
            taxed = taxes[place - 1]
            net, tax = (taxed.paid - taxed.tax).amount_minor, taxed.tax.amount_minor
            lines.append(DocumentLine(ref, name, net, tax, taxed.basis_points, taxed.place))
        else:
            lines.append(DocumentLine(ref, name, line.amount_minor))
    rest = paid_minor - sum(line.gross_minor for line in lines)
    if rest:
        lines.append(DocumentLine("balance", _("Balance of earlier invoices"), rest))
    return tuple(lines)


def _name_of(line: InvoiceLine, name_of_price: str | None) -> str:
    name = line.description if name_of_price is None or line.is_proration else name_of_price
    if line.begins is None or line.ends is None:
        return name
    days = {"name": name, "begins": date_format(line.begins), "ends": date_format(line.ends)}
    return _("%(name)s, %(begins)s to %(ends)s") % days
