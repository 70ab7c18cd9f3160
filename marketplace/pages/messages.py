"""Which strings the code marks for translation, and which of them the catalogues have.

Babel reads them, so that neither extraction nor compilation needs the gettext programs. There is a catalogue per
domain, ``marketplace/locale/<domain>/zh_Hans/LC_MESSAGES/django.po``, so that rooms can be translated apart.
"""

import ast
import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

LOCALE = Path(settings.BASE_DIR) / "marketplace" / "locale"
SOURCES = ("marketplace", "generation", "recommendations", "billing")
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
}
Message = tuple[str | tuple[str, ...], str | None]


def domain_of(path: Path) -> str:
    """The catalogue that a source file's strings belong to: its room, or its domain among the pages and the API."""
    parts = path.relative_to(settings.BASE_DIR).parts
    if parts[0] != "marketplace":
        return parts[0]
    if parts[1] == "pages":
        below = [part for part in parts[2:-1] if part not in {"templates", "static"}]
        if below and below[0] in {"account", "allauth"}:  # allauth's templates, in our words
            return "accounts"
        return below[0] if below and below[0] != "management" else "pages"
    if parts[1] == "api" and len(parts) > 3:
        return parts[2]
    return parts[1] if len(parts) > 2 else "pages"


def _sources() -> Iterator[Path]:
    for root in SOURCES:
        for path in sorted((Path(settings.BASE_DIR) / root).rglob("*")):
            if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts:
                continue
            if path.suffix != ".py" and "templates" not in path.parts:
                continue
            # Programs apart from the shop have words of their own.
            if "localstripe" in path.parts or "training" in path.parts:
                continue
            yield path


def _error_messages(source: str) -> Iterator[tuple[int, str]]:
    """The first docstring lines of an errors module's classes: what AtelierError says where nothing else is given."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ClassDef) and (docstring := ast.get_docstring(node)):
            yield node.lineno, docstring.splitlines()[0]


def marked_messages() -> dict[str, dict[Message, list[str]]]:
    """Domain -> message (id or (singular, plural), context) -> places."""
    found: dict[str, dict[Message, list[str]]] = {}
    for path in _sources():
        text = path.read_text(encoding="utf-8")
        if path.suffix != ".py":
            # Babel reads the result as Python, to which a template's indentation would mean something.
            text = "\n".join(line.lstrip() for line in templatize(text, origin=str(path)).split("\n"))
        for line, message, _comments, context in extract("python", io.BytesIO(text.encode()), KEYWORDS, []):
            key = tuple(message) if isinstance(message, list | tuple) else message
            if not key or key == "":
                continue
            place = f"{path.relative_to(settings.BASE_DIR)}:{line}"
            found.setdefault(domain_of(path), {}).setdefault((key, context), []).append(place)
        if path.name == "errors.py" or "errors" in path.parts:
            for line, message in _error_messages(path.read_text(encoding="utf-8")):
                place = f"{path.relative_to(settings.BASE_DIR)}:{line}"
                found.setdefault(domain_of(path), {}).setdefault((message, None), []).append(place)
    return found


def catalogue_path(domain: str) -> Path:
    """Where the Chinese catalogue of ``domain`` lies."""
    return LOCALE / domain / "zh_Hans" / "LC_MESSAGES" / "django.po"


def read_catalogues() -> dict[str, Catalog]:
    """Domain -> its Chinese catalogue."""
    catalogues = {}
    for path in sorted(LOCALE.glob("*/zh_Hans/LC_MESSAGES/django.po")):
        with path.open("rb") as file:
            catalogues[path.parents[2].name] = read_po(file, locale="zh_Hans")
    return catalogues


def _translated(catalogues: dict[str, Catalog]) -> set[Message]:
    return {
        (tuple(m.id) if isinstance(m.id, list | tuple) else m.id, m.context)
        for catalogue in catalogues.values()
        for m in catalogue
        if m.id and (all(m.string) if isinstance(m.string, tuple) else m.string) and not m.fuzzy
    }


def untranslated() -> dict[str, dict[Message, list[str]]]:
    """Domain -> marked messages that no catalogue translates, with their places."""
    done = _translated(read_catalogues())
    missing = {
        domain: {message: places for message, places in messages.items() if message not in done}
        for domain, messages in marked_messages().items()
    }
    return {domain: messages for domain, messages in missing.items() if messages}


def write_missing() -> int:
    """Add what is not translated to its domain's catalogue, empty; returns how many were added."""
    catalogues, added = read_catalogues(), 0
    for domain, messages in untranslated().items():
        catalogue = catalogues.get(domain) or Catalog(locale="zh_Hans", project="atelier", charset="utf-8", fuzzy=False)
        for (message, context), places in messages.items():
            if catalogue.get(message, context) is None:
                catalogue.add(message, locations=[(places[0].rsplit(":", 1)[0], 1)], context=context)
                added += 1
        path = catalogue_path(domain)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=110, omit_header=False, include_lineno=False)
    return added


def compile_catalogues() -> int:
    """Write the binary catalogues that Django reads; returns how many."""
    for domain, catalogue in read_catalogues().items():
        with catalogue_path(domain).with_suffix(".mo").open("wb") as file:
            write_mo(file, catalogue)
    return len(read_catalogues())
