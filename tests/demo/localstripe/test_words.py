"""Every word that the pages show has its Chinese, and the Chinese has the same placeholders."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path

from marketplace.demo.localstripe.misbehaviour.plan import EFFECTS

from .server import ROOT

PACKAGE = ROOT / "marketplace" / "demo" / "localstripe"
CATALOGUE: dict[str, str] = json.loads((PACKAGE / "locale" / "zh.json").read_text(encoding="utf-8"))
SAID_WITHOUT_MARKS = [
    "fraudulent",
    "general",
    "product not received",
    *("won", "lost", "needs response", "under review"),
    *("warning needs response", "warning under review", "warning closed"),
    *(effect.replace("_", " ") for effect in EFFECTS),
]
STATES = """active canceled delivered expired failed incomplete open paid pending processing succeeded trialing
uncollectible unpaid void""".split()  # noqa: SIM905
INTERVALS = ["day", "week", "month", "year"]


def marked_in_templates() -> set[str]:
    found: set[str] = set()
    for template in (PACKAGE / "templates").glob("*.html"):
        for quote in ('"', "'"):
            found.update(re.findall(rf"_\({quote}((?:[^{quote}\\]|\\.)*){quote}", template.read_text(encoding="utf-8")))
            inner = rf"else _\({quote}((?:[^{quote}\\]|\\.)*){quote}"
            found.update(re.findall(inner, template.read_text(encoding="utf-8")))
    return found


def marked_in(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        is_marked = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
        if is_marked and isinstance(node.args[0], ast.Constant):  # type: ignore[attr-defined]
            found.add(str(node.args[0].value))  # type: ignore[attr-defined]
    return found


def shown_messages() -> set[str]:
    """Messages of declined cards and wrong entries, which pages show as they come."""
    tree = ast.parse((PACKAGE / "cards.py").read_text(encoding="utf-8"))
    texts = {
        str(node.value) for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    return {
        text
        for text in texts
        if re.match(r"(Your card|We are unable|An error occurred|The customer did|The payment failed)", text)
    }


def test_every_marked_text_is_translated() -> None:
    marked = marked_in_templates() | shown_messages() | set(STATES) | set(SAID_WITHOUT_MARKS)
    for path in (PACKAGE / "pages").glob("*.py"):
        marked |= marked_in(path)
    marked |= {f"every {interval}" for interval in INTERVALS} | {f"every %(n)s {interval}s" for interval in INTERVALS}
    assert len(marked) > 100
    assert sorted(marked - CATALOGUE.keys()) == []


def test_translations_keep_their_placeholders() -> None:
    for english, chinese in CATALOGUE.items():
        assert sorted(re.findall(r"%\(\w+\)s", english)) == sorted(re.findall(r"%\(\w+\)s", chinese)), english
        assert re.search(r"[\u4e00-\u9fff]", chinese), english
