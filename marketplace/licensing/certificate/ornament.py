"""The drawn parts of a certificate: its frame, rosette and seal. All lengths in points."""

from math import cos, pi, sin

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color, HexColor
from reportlab.pdfgen.canvas import Canvas

from marketplace.licensing.certificate.typefaces import KAI, MEDIUM, REGULAR, runs, size_in, width_of

INK = HexColor("#23211f")
SOFT = HexColor("#6f6a63")
GOLD = HexColor("#a58045")
SEAL = HexColor("#b3261e")
PAPER = HexColor("#fdfbf6")


def write(
    canvas: Canvas, x: float, y: float, text: str, face: str, size: float, *, align: str = "left", color: Color = INK
) -> float:
    """Set ``text`` at the baseline (x, y), with the faces that have its characters; answers its width."""
    total = width_of(text, face, size)
    at = x - total if align == "right" else x - total / 2 if align == "centre" else x
    canvas.setFillColor(color)
    for run_face, piece in runs(text, face):
        scaled = size_in(run_face, size)
        canvas.setFont(run_face, scaled)
        canvas.drawString(at, y, piece)
        at += canvas.stringWidth(piece, run_face, scaled)
    return total


def spaced(canvas: Canvas, x: float, y: float, text: str, face: str, size: float, *, gap: float, color: Color) -> None:
    """Set a short line in capitals with ``gap`` points between its letters, centred on x."""
    total = width_of(text, face, size) + gap * (len(text) - 1)
    line = canvas.beginText(x - total / 2, y)
    line.setFont(face, size)
    line.setCharSpace(gap)
    line.setFillColor(color)
    line.textOut(text)
    line.setCharSpace(0)
    canvas.drawText(line)


def frame(canvas: Canvas, width: float, height: float) -> None:
    """Paper, a double rule, and corners that turn inwards."""
    canvas.setFillColor(PAPER)
    canvas.rect(0, 0, width, height, stroke=0, fill=1)
    canvas.setStrokeColor(GOLD)
    for inset, weight in ((24, 2.2), (30, 0.5)):
        canvas.setLineWidth(weight)
        canvas.rect(inset, inset, width - 2 * inset, height - 2 * inset)
    canvas.setLineWidth(0.8)
    for x, y, dx, dy in (
        (30, 30, 1, 1),
        (width - 30, 30, -1, 1),
        (30, height - 30, 1, -1),
        (width - 30, height - 30, -1, -1),
    ):
        for reach in (14, 20):
            canvas.line(x + dx * reach, y, x + dx * reach, y + dy * reach)
            canvas.line(x, y + dy * reach, x + dx * reach, y + dy * reach)
        canvas.circle(x + dx * 7, y + dy * 7, 2.4)


def rosette(canvas: Canvas, x: float, y: float, radius: float, *, seed: int) -> None:
    """A fine guilloche; its numbers of waves come from ``seed``, so that each certificate has one of its own."""
    canvas.saveState()
    canvas.setLineWidth(0.25)
    waves, turns = 7 + seed % 9, 5 + seed // 9 % 7
    for layer in range(6):
        canvas.setStrokeColor(Color(GOLD.red, GOLD.green, GOLD.blue, alpha=0.5 - 0.05 * layer))
        path = canvas.beginPath()
        for step in range(721):
            angle = 2 * pi * step / 720
            swing = 0.78 + 0.16 * cos(waves * angle + layer * pi / 6) + 0.06 * sin(turns * angle * 2 - layer)
            point = (x + radius * swing * cos(angle), y + radius * swing * sin(angle))
            if step:
                path.lineTo(*point)
            else:
                path.moveTo(*point)
        canvas.drawPath(path)
    canvas.restoreState()


def seal(canvas: Canvas, x: float, y: float, side: float) -> None:
    """The house's square seal, 画室 (atelier), as an artist stamps a scroll."""
    canvas.saveState()
    canvas.translate(x, y)
    canvas.rotate(-3)
    canvas.setFillColor(SEAL)
    canvas.roundRect(-side / 2, -side / 2, side, side, side * 0.08, stroke=0, fill=1)
    canvas.setStrokeColor(PAPER)
    canvas.setLineWidth(side * 0.025)
    canvas.roundRect(-side * 0.43, -side * 0.43, side * 0.86, side * 0.86, side * 0.05, fill=0)
    for row, character in enumerate("画室"):
        write(canvas, 0, side * (0.06 - 0.38 * row), character, KAI, side * 0.4, align="centre", color=PAPER)
    canvas.restoreState()


def qr_code(canvas: Canvas, x: float, y: float, side: float, address: str) -> None:
    """``address`` as a QR code of level M with its lower left corner at (x, y)."""
    code = QrCodeWidget(address, barLevel="M", barBorder=0)
    left, bottom, right, top = code.getBounds()
    drawing = Drawing(side, side, transform=[side / (right - left), 0, 0, side / (top - bottom), 0, 0])
    code.barFillColor = INK
    drawing.add(code)
    renderPDF.draw(drawing, canvas, x, y)


def label(canvas: Canvas, x: float, y: float, english: str, chinese: str) -> None:
    """A small heading in both languages."""
    width = write(canvas, x, y, english.upper(), MEDIUM, 6.6, color=GOLD)
    write(canvas, x + width + 4, y, chinese, REGULAR, 7.4, color=GOLD)
