"""The tax on a document's lines, and what the law wants said where there is none."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from billing.documents.facts import DocumentLine, Draft
from billing.gateway import REVERSE_CHARGE
from billing.models import TaxedPart


def taxed_parts_of(refs: Iterable[str]) -> dict[str, TaxedPart]:
    """Whose tax stands in what was sold as one line each, by its reference; none where no tax was computed."""
    return {part.object_ref: part for part in TaxedPart.objects.filter(object_ref__in=list(refs))}


def taxed_line(ref: str, name: str, *, paid_minor: int, tax_minor: int, part: TaxedPart | None) -> DocumentLine:
    """A line of what was paid with tax, in minor units."""
    if part is None:
        return DocumentLine(ref, name, paid_minor - tax_minor, tax_minor)
    return DocumentLine(ref, name, paid_minor - tax_minor, tax_minor, part.basis_points, part.place)


def with_tax_words(draft: Draft, parts: Mapping[str, TaxedPart]) -> Draft:
    """``draft`` with the VAT id by which its tax was decided, and the sentence where the charge is reversed.

    The sentence: article 226(11a) of Council Directive 2006/112/EC. In the language of the moment.
    """
    tax_id = next((part.buyer_tax_id for part in parts.values() if part.buyer_tax_id), "")
    if tax_id:
        draft = replace(draft, buyer=replace(draft.buyer, vat_id=tax_id))
    if any(part.reason == REVERSE_CHARGE for part in parts.values()):
        words = _("Reverse charge: the buyer owes the tax (article 196 of Council Directive 2006/112/EC).")
        draft = replace(draft, notes=(*draft.notes, words))
    return draft
