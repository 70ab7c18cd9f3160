"""Text in files that spreadsheets open."""


def harmless(text: str) -> str:
    """A text that a spreadsheet would run as a formula gets a quotation mark before it (OWASP, CSV injection)."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@", "\t", "\r"} else text
