"""An invoice or credit note on paper, drawn from what its row has frozen, in the language in which it was written.

The same row gives the same file, byte for byte.
"""

import io

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from billing.documents.facts import DocumentFacts, Party
from billing.models import Document
from marketplace.accounts.countries import country_name
from marketplace.core.money import Money
from marketplace.licensing.certificate.typefaces import MEDIUM, REGULAR, markup, register_typefaces, runs

_INK, _SOFT, _LINE = HexColor("#1d1a17"), HexColor("#5f5850"), HexColor("#e2dcd2")
_TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=10, leading=14, textColor=_INK)
_TITLE = ParagraphStyle("title", parent=_TEXT, fontName=MEDIUM, fontSize=22, leading=28)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=8.5, leading=11, textColor=_SOFT)
_NUMBER = ParagraphStyle("number", parent=_TEXT, alignment=2)
_TOTAL = ParagraphStyle("total", parent=_NUMBER, fontName=MEDIUM, fontSize=11)
_HEAD = ParagraphStyle("head", parent=_SMALL, fontName=MEDIUM)
_HEAD_NUMBER = ParagraphStyle("head-number", parent=_HEAD, alignment=2)
_MARGIN = 20 * mm
# reportlab pads what is drawn by so much on each side.
_PADDING = 6
_WIDTH = A4[0] - 2 * _MARGIN - 2 * _PADDING


def document_pdf(document: Document) -> bytes:
    """The file, fonts embedded, as many pages as it needs."""
    register_typefaces()
    with translation.override(document.language):
        return _drawn(document)


def _drawn(document: Document) -> bytes:
    facts = document.facts
    target = io.BytesIO()
    title = _("Credit note") if document.is_credit_note else _("Invoice")
    pages = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=20 * mm,
        bottomMargin=24 * mm,
        title=f"{title} {document.full_number}",
        author=facts.seller.name,
        invariant=True,
    )
    story: list[Flowable] = [
        _paragraph(title, _TITLE, MEDIUM),
        Spacer(1, 4 * mm),
        _heads(document, facts),
        Spacer(1, 10 * mm),
        _lines(document, facts),
        Spacer(1, 3 * mm),
        KeepTogether([_sums(document, facts), Spacer(1, 8 * mm), *_words(document, facts)]),
    ]

    def foot(canvas: Canvas, on: SimpleDocTemplate) -> None:
        canvas.saveState()
        canvas.setFillColor(_SOFT)
        _draw(canvas, _MARGIN + _PADDING, 12 * mm, " · ".join(filter(None, [facts.seller.name, *facts.seller.address])))
        canvas.setFont(REGULAR, 8)
        canvas.drawRightString(A4[0] - _MARGIN - _PADDING, 12 * mm, f"{document.full_number} · {on.page}")
        canvas.restoreState()

    pages.build(story, onFirstPage=foot, onLaterPages=foot)
    return target.getvalue()


def _heads(document: Document, facts: DocumentFacts) -> Table:
    """Who sells and who bought on the left, number and days on the right."""
    sold = _("Paid back on") if document.is_credit_note else _("Delivered and paid on")
    rows = [
        (_("Number"), document.full_number),
        (_("Date"), date_format(document.issued_at.date())),
        (sold, date_format(facts.sold_on)),
        *([(_("For invoice"), document.about.full_number)] if document.about else []),
        *([(_("Date of that invoice"), date_format(document.about.issued_at.date()))] if document.about else []),
    ]
    data = Table(
        [[_paragraph(name, _SMALL), _paragraph(value, _TEXT)] for name, value in rows],
        colWidths=(32 * mm, 42 * mm),
        style=TableStyle([("TOPPADDING", (0, 0), (-1, -1), 0), ("BOTTOMPADDING", (0, 0), (-1, -1), 2)]),
    )
    parties: list[Flowable] = [
        _paragraph(_("Seller"), _HEAD, MEDIUM),
        *_party(facts.seller),
        Spacer(1, 5 * mm),
        _paragraph(_("Buyer"), _HEAD, MEDIUM),
        *_party(facts.buyer),
    ]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (0, 0), 0),
        ("RIGHTPADDING", (-1, 0), (-1, 0), 0),
    ]
    return Table([[parties, data]], colWidths=(_WIDTH - 76 * mm, 76 * mm), style=TableStyle(style))


def _party(party: Party) -> list[Flowable]:
    vat = _("VAT id: %(id)s") % {"id": party.vat_id} if party.vat_id else ""
    told = filter(None, [party.name, *party.address, country_name(party.country), party.email, vat])
    return [_paragraph(line, _TEXT) for line in told]


def _lines(document: Document, facts: DocumentFacts) -> Table:
    """With the tax of each line where there is any."""
    has_tax = bool(facts.tax_totals)
    heads = [_("Without tax"), _("Tax")] if has_tax else []
    rows = [
        [
            _paragraph(_("What"), _HEAD, MEDIUM),
            *(_paragraph(head, _HEAD_NUMBER, MEDIUM) for head in [*heads, _("Amount")]),
        ]
    ]
    for line in facts.lines:
        amounts = [line.net_minor, line.tax_minor, line.gross_minor] if has_tax else [line.gross_minor]
        rows.append([_paragraph(line.name, _TEXT), *(_amount(document, amount) for amount in amounts)])
    number = 26 * mm
    widths = [_WIDTH - number * (len(rows[0]) - 1), *([number] * (len(rows[0]) - 1))]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ]
    return Table(rows, colWidths=widths, repeatRows=1, style=TableStyle(style))


def _sums(document: Document, facts: DocumentFacts) -> Table:
    rows: list[list[Flowable]] = []
    if facts.tax_totals:
        rows.append([_paragraph(_("Without tax"), _NUMBER), _amount(document, document.net_minor)])
    for tax in facts.tax_totals:
        words = {"place": tax.jurisdiction, "percent": tax.percent, "amount": Money(tax.net_minor, document.currency)}
        name = _("Tax %(place)s %(percent)s %% on %(amount)s") % words
        rows.append([_paragraph(name, _NUMBER), _amount(document, tax.tax_minor)])
    total = _("Total paid back") if document.is_credit_note else _("Total")
    rows.append([_paragraph(f"{total} ({document.currency})", _TOTAL, MEDIUM), _paragraph(str(document.total), _TOTAL)])
    style = [("RIGHTPADDING", (0, 0), (-1, -1), 2), ("TOPPADDING", (0, 0), (-1, -1), 1)]
    return Table(rows, colWidths=(_WIDTH - 32 * mm, 32 * mm), style=TableStyle(style))


def _words(document: Document, facts: DocumentFacts) -> list[Flowable]:
    told = [*facts.notes]
    if not document.is_credit_note:
        told.append(_("Paid in full. There is nothing left to pay."))
    told.append(_("Order %(order)s") % {"order": facts.order})
    return [_paragraph(line, _SMALL) for line in told]


def _amount(document: Document, minor: int) -> Paragraph:
    return _paragraph(str(Money(minor, document.currency)), _NUMBER)


def _paragraph(text: str, style: ParagraphStyle, face: str = REGULAR) -> Paragraph:
    return Paragraph(markup(text, face), style)


def _draw(canvas: Canvas, x: float, y: float, text: str) -> None:
    for face, piece in runs(text, REGULAR):
        canvas.setFont(face, 8)
        canvas.drawString(x, y, piece)
        x += canvas.stringWidth(piece, face, 8)
