"""The certificate on paper: one sheet to frame, and the wording in both languages behind it."""

import io
import logging

from django.utils.dateformat import format as date_text
from PIL import Image
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Frame, KeepInFrame, Paragraph

from marketplace.blobs import public_store
from marketplace.catalog.models import WorkFile
from marketplace.core.blobs import BlobNotFound
from marketplace.licensing.certificate.ornament import (
    GOLD,
    INK,
    SOFT,
    frame,
    label,
    qr_code,
    rosette,
    seal,
    spaced,
    write,
)
from marketplace.licensing.certificate.statement import verify_address
from marketplace.licensing.certificate.typefaces import (
    ITALIC,
    MEDIUM,
    REGULAR,
    markup,
    register_typefaces,
    wrapped,
)
from marketplace.licensing.models import LicenceGrant

log = logging.getLogger(__name__)
WIDTH, HEIGHT = landscape(A4)
PICTURE_BOX = (66.0, 62.0, 304.0, 418.0)  # x, y, width, height in points
TEXT_X = 400.0
TEXT_WIDTH = WIDTH - 64 - TEXT_X


def certificate_pdf(grant: LicenceGrant) -> bytes:
    """The certificate as PDF, fonts embedded. Reads the work's preview from the public store."""
    register_typefaces()
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(WIDTH, HEIGHT), invariant=True, pageCompression=1)
    canvas.setTitle(f"Licence certificate {grant.number}")
    canvas.setAuthor("Atelier")
    canvas.setSubject(f"{grant.terms.name_en} · {grant.terms.name_zh}")
    _front(canvas, grant)
    canvas.showPage()
    _wording(canvas, grant)
    canvas.showPage()
    canvas.save()
    return target.getvalue()


def _front(canvas: Canvas, grant: LicenceGrant) -> None:
    frame(canvas, WIDTH, HEIGHT)
    rosette(canvas, WIDTH - 122, 206, 56, seed=int(grant.id.hex[-6:], 16))
    seal(canvas, WIDTH - 122, 206, 50)
    _picture(canvas, grant)
    spaced(canvas, 214, HEIGHT - 74, "ATELIER", MEDIUM, 15, gap=6, color=INK)
    spaced(canvas, 214, HEIGHT - 90, "CERTIFICATE OF LICENCE", REGULAR, 7.5, gap=2.6, color=GOLD)

    y = HEIGHT - 84
    for line in wrapped(grant.terms.name_en, ITALIC, 30, TEXT_WIDTH, most_lines=1):
        write(canvas, TEXT_X, y, line, ITALIC, 30)
    write(canvas, TEXT_X, y - 26, grant.terms.name_zh, REGULAR, 17, color=SOFT)

    y -= 62
    label(canvas, TEXT_X, y, "The work", "作品")
    for title in _titles(grant):
        for line in wrapped(title, REGULAR, 19, TEXT_WIDTH, most_lines=2):
            y -= 22
            write(canvas, TEXT_X, y, line, REGULAR, 19)
    y -= 26
    half = TEXT_WIDTH / 2 + 6
    for (english, chinese, value), x in zip(
        (("By", "艺术家", grant.work.artist.name), ("Licensed to", "持有人", grant.holder_name)),
        (TEXT_X, TEXT_X + half),
        strict=True,
    ):
        label(canvas, x, y, english, chinese)
        for place, line in enumerate(wrapped(value, MEDIUM, 13.5, half - 16, most_lines=2)):
            write(canvas, x, y - 17 - 15 * place, line, MEDIUM, 13.5)
    y -= 58
    label(canvas, TEXT_X, y, "What it permits", "授权内容")
    for text, face in ((grant.terms.summary_en, ITALIC), (grant.terms.summary_zh, REGULAR)):
        for line in wrapped(text, face, 11.5, TEXT_WIDTH, most_lines=2):
            y -= 15.5
            write(canvas, TEXT_X, y, line, face, 11.5)
    y -= 28
    label(canvas, TEXT_X, y, "Granted on", "授予日期")
    write(canvas, TEXT_X, y - 16, _date(grant), REGULAR, 11.5)
    label(canvas, TEXT_X + half, y, "Version", "版本")
    write(canvas, TEXT_X + half, y - 16, str(grant.version.number), REGULAR, 11.5)
    _foot(canvas, grant)


def _foot(canvas: Canvas, grant: LicenceGrant) -> None:
    side = 74
    qr_code(canvas, WIDTH - 64 - side, 58, side, verify_address(grant))
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(0.5)
    canvas.line(TEXT_X, 138, WIDTH - 64, 138)
    label(canvas, TEXT_X, 122, "Number", "编号")
    write(canvas, TEXT_X, 101, grant.number, MEDIUM, 18)
    write(canvas, TEXT_X, 84, f"Check it at {verify_address(grant).split('?')[0]}", REGULAR, 8, color=SOFT)
    write(canvas, TEXT_X, 73, "或扫描二维码查验", REGULAR, 8, color=SOFT)
    sha256 = next((f.sha256 for f in grant.version.files.all() if f.role == WorkFile.Role.ORIGINAL), None)
    if sha256:
        write(canvas, TEXT_X, 60, f"File SHA-256 {sha256[:32]}", REGULAR, 6.2, color=SOFT)
        write(canvas, TEXT_X, 52, sha256[32:], REGULAR, 6.2, color=SOFT)


def _titles(grant: LicenceGrant) -> list[str]:
    texts = sorted(grant.work.texts.all(), key=lambda text: text.language)
    return [text.title for text in texts[:2]] or [grant.work.slug]


def _date(grant: LicenceGrant) -> str:
    granted = grant.granted_at
    return f"{granted.day} {granted:%B %Y} · {date_text(granted, 'Y年n月j日')}"


def _picture(canvas: Canvas, grant: LicenceGrant) -> None:
    x, y, width, height = PICTURE_BOX
    picture = _preview(grant)
    if picture is None:
        seal(canvas, x + width / 2, y + height / 2, 120)
        return
    scale = min(width / picture.width, height / picture.height)
    shown_width, shown_height = picture.width * scale, picture.height * scale
    left, bottom = x + (width - shown_width) / 2, y + (height - shown_height) / 2
    canvas.setFillColor(GOLD)
    canvas.rect(left - 7, bottom - 7, shown_width + 14, shown_height + 14, stroke=0, fill=1)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(left - 6, bottom - 6, shown_width + 12, shown_height + 12, stroke=0, fill=1)
    as_jpeg = io.BytesIO()
    picture.save(as_jpeg, "JPEG", quality=92)
    as_jpeg.seek(0)
    canvas.drawImage(ImageReader(as_jpeg), left, bottom, shown_width, shown_height)


def _preview(grant: LicenceGrant) -> Image.Image | None:
    """The widest preview that Pillow can read; None where the version has none (music, text, a lost file)."""
    previews = sorted(
        (
            file
            for file in grant.version.files.all()
            if file.role in (WorkFile.Role.PREVIEW, WorkFile.Role.THUMBNAIL)
            and file.media_type in ("image/webp", "image/jpeg", "image/png")
        ),
        key=lambda file: -(file.width or 0),
    )
    for file in previews:
        try:
            return Image.open(io.BytesIO(public_store().get(file.storage_key))).convert("RGB")
        except BlobNotFound:
            log.warning("the preview %s of licence %s is not in the store", file.storage_key, grant.number)
    return None


def _wording(canvas: Canvas, grant: LicenceGrant) -> None:
    frame(canvas, WIDTH, HEIGHT)
    terms = grant.terms
    column = (WIDTH - 2 * 58 - 34) / 2
    for x, name, can, cannot, text, size, heads in (
        (58.0, terms.name_en, terms.can_en, terms.cannot_en, terms.text_en, 8.2, ("You may", "You may not")),
        (58.0 + column + 34, terms.name_zh, terms.can_zh, terms.cannot_zh, terms.text_zh, 8.6, ("可以", "不可以")),
    ):
        body = ParagraphStyle("body", fontName=REGULAR, fontSize=size, leading=size * 1.32, textColor=INK, spaceAfter=4)
        if name == terms.name_zh:
            body.wordWrap = "CJK"
        head = ParagraphStyle("head", parent=body, fontName=ITALIC, fontSize=17, leading=21, spaceAfter=6)
        small = ParagraphStyle("small", parent=body, textColor=GOLD, fontSize=size + 0.6, spaceBefore=3, spaceAfter=1)
        parts = [Paragraph(markup(name, ITALIC), head)]
        for title, entries in zip(heads, (can, cannot), strict=True):
            parts.append(Paragraph(markup(title, MEDIUM), small))
            parts += [Paragraph(markup(f"–  {entry}", REGULAR), body) for entry in entries]
        parts += [Paragraph(markup(part, REGULAR), body) for part in text.split("\n\n") if part.strip()]
        area = Frame(x, 50, column, HEIGHT - 100, leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
        area.addFromList([KeepInFrame(column, HEIGHT - 100, parts, mode="shrink")], canvas)
    write(canvas, WIDTH / 2, 38, grant.number, REGULAR, 7.5, align="centre", color=SOFT)
