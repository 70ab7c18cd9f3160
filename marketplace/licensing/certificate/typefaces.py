"""The certificate's typefaces, embedded in every sheet, so that it looks the same without the reader's fonts.

Latin in EB Garamond, Chinese in a kai face with the characters of GB 2312; a character that neither has is set in
STSong (a standard font of PDF for Chinese, not embedded).
"""

from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

_FOLDER = Path(__file__).parent / "fonts"
REGULAR, MEDIUM, ITALIC = "Garamond", "Garamond-Medium", "Garamond-Italic"
KAI = "Certificate-Kai"
LAST_RESORT = "STSong-Light"
_FILES = {
    REGULAR: "eb-garamond-regular.ttf",
    MEDIUM: "eb-garamond-medium.ttf",
    ITALIC: "eb-garamond-italic.ttf",
    KAI: "certificate-kai.ttf",
}
# A kai character fills its square; at the Latin's size it would look larger than the letters beside it.
_KAI_SCALE = 0.92


@cache
def register_typefaces() -> None:
    """Make the faces known to reportlab, once per process."""
    for name, file in _FILES.items():
        pdfmetrics.registerFont(TTFont(name, str(_FOLDER / file)))
    pdfmetrics.registerFont(UnicodeCIDFont(LAST_RESORT))


def _has(face: str, character: str) -> bool:
    return ord(character) in pdfmetrics.getFont(face).face.charToGlyph


def _face_for(character: str, preferred: str) -> str:
    for face in (preferred, KAI):
        if _has(face, character):
            return face
    return LAST_RESORT


def runs(text: str, face: str) -> list[tuple[str, str]]:
    """``text`` cut into pieces with the face that has their characters: ``[(face, piece), ...]``."""
    register_typefaces()
    pieces: list[tuple[str, str]] = []
    for character in text:
        chosen = _face_for(character, face)
        # A space or a full stop between two Chinese pieces stays with them.
        if pieces and (pieces[-1][0] == chosen or (character == " " and pieces[-1][0] != face)):
            pieces[-1] = (pieces[-1][0], pieces[-1][1] + character)
        else:
            pieces.append((chosen, character))
    return pieces


def size_in(face: str, size: float) -> float:
    """The size in points at which ``face`` stands beside Latin of ``size`` points."""
    return size if face.startswith("Garamond") else size * _KAI_SCALE


def width_of(text: str, face: str, size: float) -> float:
    """How wide ``text`` is, in points."""
    return sum(float(pdfmetrics.stringWidth(piece, f, size_in(f, size))) for f, piece in runs(text, face))


def wrapped(text: str, face: str, size: float, width: float, *, most_lines: int) -> list[str]:
    """``text`` in lines of at most ``width`` points, broken at spaces and between Chinese characters.

    What does not fit into ``most_lines`` ends in an ellipsis.
    """
    words: list[str] = []
    for character in text:
        wide = ord(character) > 0x2E7F
        if not words or wide or character == " " or words[-1] == " " or ord(words[-1][-1]) > 0x2E7F:
            # No line begins with a Chinese full stop or comma.
            if wide and character in "，。、；：！？）》”" and words:
                words[-1] += character
            else:
                words.append(character)
        else:
            words[-1] += character
    lines = [""]
    for word in words:
        if width_of(lines[-1] + word, face, size) <= width or not lines[-1].strip():
            lines[-1] += word
        else:
            lines.append(word.lstrip())
    lines = [line.strip() for line in lines if line.strip()] or [""]
    if len(lines) > most_lines:
        lines = lines[:most_lines]
        lines[-1] += "…"
    # One word longer than the line, or no room for the ellipsis: letters give way.
    for place, line in enumerate(lines):
        while width_of(line, face, size) > width:
            line = line.removesuffix("…")[:-1] + "…"
        lines[place] = line
    return lines


def markup(text: str, face: str) -> str:
    """``text`` as reportlab's paragraph markup with the faces that have its characters."""
    escaped = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
    return "".join(
        f'<font face="{f}">{"".join(escaped.get(c, c) for c in piece)}</font>' for f, piece in runs(text, face)
    )
