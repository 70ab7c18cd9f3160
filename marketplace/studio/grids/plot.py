"""A grid as one picture with its axes' values beside it, to keep and to show."""

import io
from functools import cache
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from generation.selectors import picture_bytes
from marketplace.core.errors import NotFound
from marketplace.licensing import certificate
from marketplace.licensing.certificate.typefaces import KAI, REGULAR, runs
from marketplace.studio.errors import GridHasNoPicture
from marketplace.studio.grids.selectors import CellView, GridView

# A cell shows its picture at this size at most (pixels); the pictures themselves can be had at theirs.
_LARGEST_CELL = 512
_SMALLEST_CELL = 192
_GAP = 12
_PAPER, _INK, _SOFT, _EMPTY = "#faf8f4", "#1d1a17", "#5f5850", "#ece6dc"
_FONTS = Path(certificate.__file__).parent / "fonts"
_FILES = {REGULAR: "eb-garamond-regular.ttf", KAI: "certificate-kai.ttf"}
_MOST_LINES = 3


@cache
def _font(face: str, size: int) -> ImageFont.FreeTypeFont:
    # What neither face has is drawn as the kai face's empty box: the last resort of a PDF is no file.
    return ImageFont.truetype(
        str(_FONTS / _FILES.get(face, _FILES[KAI])), size if face == REGULAR else size * 92 // 100
    )


def plot_png(view: GridView) -> bytes:
    """PNG: the prompt on top, the axes' values beside columns and rows, a picture or an empty place in each cell.

    Raises GridHasNoPicture while none is made.
    """
    if not view.pictures:
        raise GridHasNoPicture
    side = max(_SMALLEST_CELL, min(_LARGEST_CELL, max(view.settings.base.width, view.settings.base.height)))
    scale = side / max(view.settings.base.width, view.settings.base.height)
    width, height = round(view.settings.base.width * scale), round(view.settings.base.height * scale)
    size = max(18, side // 13)
    columns, rows = len(view.settings.x.values), len(view.rows)
    left = round(side * 0.55) if view.settings.y is not None else _GAP
    total = left + columns * (width + _GAP)
    title = _wrapped(view.settings.base.prompt, size, total - 2 * _GAP)
    heads = [_wrapped(label, size, width) for label in view.settings.x.labels]
    line = round(size * 1.3)
    top = _GAP + len(title) * line + _GAP + max(len(head) for head in heads) * line + _GAP // 2
    sheet = Image.new("RGB", (total, top + rows * (height + _GAP)), _PAPER)
    pen = ImageDraw.Draw(sheet)
    _write(pen, title, (_GAP, _GAP), size, _INK)
    for column, head in enumerate(heads):
        at = (left + column * (width + _GAP), top - len(head) * line - _GAP // 2)
        _write(pen, head, at, size, _SOFT)
    for place, row in enumerate(view.rows):
        y = top + place * (height + _GAP)
        _write(pen, _wrapped(row.label, size, left - 2 * _GAP), (_GAP, y), size, _SOFT)
        for column, cell in enumerate(row.cells):
            box = (left + column * (width + _GAP), y)
            picture = _picture(cell, (width, height))
            sheet.paste(picture or _EMPTY, box if picture else (*box, box[0] + width, box[1] + height))
    buffer = io.BytesIO()
    sheet.save(buffer, "PNG")
    return buffer.getvalue()


def _picture(cell: CellView, size: tuple[int, int]) -> Image.Image | None:
    if cell.output is None:
        return None
    try:
        data = picture_bytes(cell.output)
    except NotFound:
        # The store has lost this one: its place stays empty, the others are shown.
        return None
    with Image.open(io.BytesIO(data), formats=["PNG"]) as picture:
        return picture.convert("RGB").resize(size, Image.Resampling.LANCZOS)


def _width_of(text: str, size: int) -> float:
    return sum(_font(face, size).getlength(piece) for face, piece in runs(text, REGULAR))


def _wrapped(text: str, size: int, width: float) -> list[str]:
    """In lines of at most ``width`` pixels, between words and Chinese characters; what is too much ends in “…”."""
    lines = [""]
    for word in _words(" ".join(text.split())):
        if not lines[-1].strip() or _width_of(lines[-1] + word.rstrip(), size) <= width:
            lines[-1] += word
        else:
            lines.append(word)
    if len(lines) > _MOST_LINES:
        lines = lines[:_MOST_LINES]
        lines[-1] = lines[-1].rstrip() + "…"
    return [_cut(line.strip(), size, width) for line in lines]


def _words(text: str) -> list[str]:
    words: list[str] = []
    for character in text:
        if not words or ord(character) > 0x2E7F or words[-1][-1] == " " or ord(words[-1][-1]) > 0x2E7F:
            words.append(character)
        else:
            words[-1] += character
    return words


def _cut(line: str, size: int, width: float) -> str:
    while len(line) > 1 and _width_of(line, size) > width:
        line = line.removesuffix("…")[:-1] + "…"
    return line


def _write(pen: ImageDraw.ImageDraw, lines: list[str], at: tuple[int, int], size: int, colour: str) -> None:
    for number, line in enumerate(lines):
        x, baseline = float(at[0]), at[1] + round(size * 1.3) * number + size
        for face, piece in runs(line, REGULAR):
            font = _font(face, size)
            pen.text((x, baseline), piece, fill=colour, font=font, anchor="ls")
            x += font.getlength(piece)
