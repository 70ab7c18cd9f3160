"""An artist's statement on paper, in her language."""

import io
from collections.abc import Sequence

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from billing.periods import Period
from billing.selectors import Statement, StatementLine
from marketplace.accounts.models import Artist
from marketplace.core.money import Money
from marketplace.licensing.certificate.typefaces import MEDIUM, REGULAR, markup, register_typefaces

_INK, _SOFT, _LINE = HexColor("#1d1a17"), HexColor("#5f5850"), HexColor("#e2dcd2")
_TITLE = ParagraphStyle("title", fontName=MEDIUM, fontSize=20, leading=26, textColor=_INK)
_TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=10, leading=14, textColor=_INK)
_NOTE = ParagraphStyle("note", parent=_TEXT, textColor=_SOFT)
_CELL = ParagraphStyle("cell", parent=_TEXT, fontSize=9, leading=12)
_NUMBER = ParagraphStyle("number", parent=_CELL, alignment=2)
_HEAD = ParagraphStyle("head", parent=_CELL, fontName=MEDIUM, textColor=_SOFT)
_HEAD_NUMBER = ParagraphStyle("head-number", parent=_HEAD, alignment=2)
_WIDTHS = (24 * mm, 30 * mm, 44 * mm, 21 * mm, 21 * mm, 21 * mm, 21 * mm)
_WIDTHS_WITH_ROYALTIES = (22 * mm, 26 * mm, 34 * mm, 20 * mm, 20 * mm, 21 * mm, 20 * mm, 20 * mm)


def statement_pdf(
    *, artist: Artist, statement: Statement, period: Period, lines: Sequence[tuple[StatementLine, str]]
) -> bytes:
    """The statement as PDF, fonts embedded, as many pages as it needs. ``lines``: with the works' titles."""
    register_typefaces()
    target = io.BytesIO()
    title = _("Statement %(period)s") % {"period": period.label}
    document = SimpleDocTemplate(
        target,
        pagesize=A4,
        leftMargin=14 * mm,
        rightMargin=14 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=title,
        author="Atelier",
        invariant=True,
    )
    story: list[Flowable] = [
        _paragraph(title, _TITLE, MEDIUM),
        _paragraph(f"{artist} · @{artist.handle} · {statement.currency}", _TEXT),
        _paragraph(
            _("From %(since)s to before %(until)s, in UTC.")
            % {"since": date_format(period.since.date()), "until": date_format(period.until.date())},
            _NOTE,
        ),
        Spacer(1, 6 * mm),
        _table(statement, lines),
    ]
    document.build(story, onFirstPage=_foot, onLaterPages=_foot)
    return target.getvalue()


def _table(statement: Statement, lines: Sequence[tuple[StatementLine, str]]) -> Table:
    is_shared = statement.has_royalties
    numbers = [_("Price"), _("Fee"), *([_("To others")] if is_shared else []), _("Amount"), _("Balance")]
    between = [""] * (len(numbers) - 1)
    rows: list[list[Flowable | str]] = [
        [
            *(_paragraph(text, _HEAD, MEDIUM) for text in (_("Date"), _("What"), _("Work"))),
            *(_paragraph(text, _HEAD_NUMBER, MEDIUM) for text in numbers),
        ],
        ["", _paragraph(_("Balance before"), _CELL), "", *between, _amount(statement.opening)],
    ]
    for line, work in lines:
        rows.append(
            [
                _paragraph(date_format(line.at.date(), "SHORT_DATE_FORMAT"), _CELL),
                _paragraph(str(line.reason.label), _CELL),
                _paragraph(work, _CELL) if work else "",
                _amount(line.gross),
                _amount(line.fee_taken),
                *([_amount(line.royalties_given)] if is_shared else []),
                _amount(line.amount),
                _amount(line.balance),
            ]
        )
    rows.append(["", _paragraph(_("Balance after"), _CELL), "", *between, _amount(statement.closing)])
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 2),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
    ]
    return Table(
        rows, colWidths=_WIDTHS_WITH_ROYALTIES if is_shared else _WIDTHS, repeatRows=1, style=TableStyle(style)
    )


def _amount(amount: Money | None) -> Flowable | str:
    return _paragraph(str(amount), _NUMBER) if amount is not None else ""


def _paragraph(text: str, style: ParagraphStyle, face: str = REGULAR) -> Paragraph:
    return Paragraph(markup(text, face), style)


def _foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.saveState()
    canvas.setFont(REGULAR, 8)
    canvas.setFillColor(_SOFT)
    canvas.drawString(14 * mm, 10 * mm, "Atelier")
    canvas.drawRightString(A4[0] - 14 * mm, 10 * mm, str(document.page))
    canvas.restoreState()
