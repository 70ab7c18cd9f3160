"""The evidence as one document (PDF, fonts embedded): what a bank's clerk can read from front to back."""

import io
from collections.abc import Iterable

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Table, TableStyle

from marketplace.licensing.certificate.typefaces import MEDIUM, REGULAR, markup, register_typefaces
from marketplace.orders.evidence.facts import Bought, Case, Licence, Message, Origin

_INK, _SOFT, _LINE = HexColor("#1d1a17"), HexColor("#5f5850"), HexColor("#e2dcd2")
_TITLE = ParagraphStyle("title", fontName=MEDIUM, fontSize=20, leading=26, textColor=_INK)
_TEXT = ParagraphStyle("text", fontName=REGULAR, fontSize=10, leading=14, textColor=_INK, spaceAfter=4)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=8.5, leading=11.5, spaceAfter=2)
_NOTE = ParagraphStyle("note", parent=_SMALL, textColor=_SOFT)
_HEAD = ParagraphStyle(
    "head", parent=_TEXT, fontName=MEDIUM, fontSize=13, leading=18, spaceBefore=12, keepWithNext=True
)
_SUBHEAD = ParagraphStyle("subhead", parent=_TEXT, fontName=MEDIUM, fontSize=10.5, spaceBefore=6, keepWithNext=True)
_WIDE, _NAMES = 182 * mm, 42 * mm


def evidence_pdf(case: Case) -> bytes:
    """The document; the same bytes for the same case."""
    register_typefaces()
    target = io.BytesIO()
    title = f"Evidence in dispute {case.dispute_id}"
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
    story = [_say(title, _TITLE, MEDIUM), *_dispute(case), *_words(case)]
    for one in case.bought:
        story += _line(one)
    story += [*_uses(case), *_downloads(case), *_messages(case.messages)]
    document.build(story, onFirstPage=_foot, onLaterPages=_foot)
    return target.getvalue()


def _dispute(case: Case) -> list[Flowable]:
    nothing = "" if case.order_id or case.credits else "This payment was not an order of works or credits."
    policy = f"A refund can be asked for on the order's page for {case.refund_days} days." if case.order_id else ""
    earlier = f"{case.orders_before} paid by the same account, none of them disputed" if case.orders_before else ""
    rows = [
        ("Payment", case.payment),
        ("Disputed", f"{case.amount} on {case.opened_at:%Y-%m-%d}, reason given: {case.reason or 'none'}"),
        ("Order", case.order_id or case.credits or nothing),
        ("Placed", f"{case.ordered_at:%Y-%m-%d %H:%M:%S} UTC" if case.ordered_at else ""),
        ("Paid", f"{case.paid_at:%Y-%m-%d %H:%M:%S} UTC, {case.total}" if case.paid_at else ""),
        ("Agreed to", case.consent),
        ("Tips", ", ".join(case.tips)),
        ("Buyer", ", ".join(filter(None, (case.buyer_name, case.buyer_email)))),
        ("Buyer since", f"{case.buyer_since:%Y-%m-%d}" if case.buyer_since else ""),
        ("Earlier orders", earlier),
        ("Refund policy", policy),
    ]
    return [_say("The order", _HEAD, MEDIUM), _facts(rows)]


def _words(case: Case) -> list[Flowable]:
    if not case.words:
        return []
    story: list[Flowable] = [_say("What the shop and the artist say", _HEAD, MEDIUM)]
    for one in case.words:
        story.append(_say(f"{one.author}, the artist" if one.is_artist else "The shop", _SUBHEAD, MEDIUM))
        story += _paragraphs(one.text, _TEXT)
    return story


def _line(one: Bought) -> list[Flowable]:
    story: list[Flowable] = [
        _say(f"Delivered: “{one.title}” by {one.artist}", _HEAD, MEDIUM),
        _facts(
            [
                ("Page", one.address),
                ("Price", str(one.price)),
                ("File", f"version {one.version}, {one.media_type}"),
                ("File SHA-256", one.file_sha256),
            ]
        ),
    ]
    if one.licence:
        story += _licence(one.licence)
    if one.origin:
        story += _origin(one.origin)
    return story


def _licence(licence: Licence) -> list[Flowable]:
    rows = [
        ("Number", licence.number),
        ("Licence", f"{licence.terms}, wording version {licence.wording_version}"),
        ("Held by", licence.holder),
        ("Granted", f"{licence.granted_at:%Y-%m-%d %H:%M:%S} UTC"),
        ("Check it at", licence.verify_at),
        ("It permits", licence.summary),
        ("Ended", licence.ended),
    ]
    story = [_say("Licence certificate", _SUBHEAD, MEDIUM), _facts(rows), _say("Its terms", _SUBHEAD, MEDIUM)]
    return [*story, *_paragraphs(licence.wording, _SMALL)]


def _origin(origin: Origin) -> list[Flowable]:
    logged = f"entry {origin.log_sequence}, {origin.log_hash}" if origin.log_sequence is not None else ""
    rows = [
        ("Made", f"{origin.made_at:%Y-%m-%d %H:%M:%S} UTC, {origin.source}"),
        ("Model", origin.model),
        ("Signed", f"{origin.signed_at:%Y-%m-%d %H:%M:%S} UTC, {origin.manifest}"),
        ("Signed file", origin.file_sha256),
        ("Public log", logged),
    ]
    return [_say("Provenance record", _SUBHEAD, MEDIUM), _facts(rows)]


def _uses(case: Case) -> list[Flowable]:
    if not case.credits:
        return []
    spent = case.uses or ("Nothing has been spent since.",)
    return [_say("What was made with credits since", _HEAD, MEDIUM), *(_say(one, _SMALL) for one in spent)]


def _downloads(case: Case) -> list[Flowable]:
    if not case.bought:
        return []
    rows = [("When (UTC)", "Licence, file, network and browser")]
    for one in case.downloads:
        told = filter(None, (one.licence, f"SHA-256 {one.file_sha256[:16]}…", one.network, one.user_agent))
        rows.append((f"{one.at:%Y-%m-%d %H:%M:%S}", " · ".join(told)))
    story: list[Flowable] = [_say("Download log", _HEAD, MEDIUM)]
    if len(rows) == 1:
        return [*story, _say("No download of the file is on record.", _TEXT)]
    note = "Each time the buyer, signed in, was given the file's address. Networks are shortened for privacy."
    return [*story, _facts(rows), _say(note, _NOTE)]


def _messages(messages: Iterable[Message]) -> list[Flowable]:
    story: list[Flowable] = [_say("Letters to the buyer and refund requests", _HEAD, MEDIUM)]
    found = list(messages)
    if not found:
        return [*story, _say("None.", _TEXT)]
    for one in found:
        story.append(_say(f"{one.at:%Y-%m-%d %H:%M} UTC · {one.sender}: {one.subject}", _SUBHEAD, MEDIUM))
        story += _paragraphs(one.text, _SMALL)
    return story


def _facts(rows: Iterable[tuple[str, str]]) -> Table:
    cells = [[_say(name, _NOTE, MEDIUM), _say(value, _SMALL)] for name, value in rows if value]
    style = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 2),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]
    return Table(cells, colWidths=(_NAMES, _WIDE - _NAMES), style=TableStyle(style))


def _paragraphs(text: str, style: ParagraphStyle) -> list[Flowable]:
    return [_say(" ".join(part.split()), style) for part in text.split("\n\n") if part.strip()]


def _say(text: str, style: ParagraphStyle, face: str = REGULAR) -> Paragraph:
    return Paragraph(markup(text, face), style)


def _foot(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.saveState()
    canvas.setFont(REGULAR, 8)
    canvas.setFillColor(_SOFT)
    canvas.drawString(14 * mm, 10 * mm, "Atelier")
    canvas.drawRightString(A4[0] - 14 * mm, 10 * mm, str(document.page))
    canvas.restoreState()
