"""English and Simplified Chinese: which one a page speaks, and its words, dates and amounts."""

from __future__ import annotations

import datetime as dt
import json
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, request

from ..money import shown

CATALOGUE = Path(__file__).parent.parent / "locale" / "zh.json"


@cache
def chinese() -> dict[str, str]:
    """English text to Chinese text, with the same placeholders."""
    words: dict[str, str] = json.loads(CATALOGUE.read_text(encoding="utf-8"))
    return words


def speak(locale: str | None) -> None:
    """Choose the language of this response: an object's locale, else what the browser prefers."""
    if locale and locale != "auto":
        g.language = "zh" if locale.lower().startswith("zh") else "en"
    else:
        g.language = None


def language() -> str:
    chosen: str | None = g.get("language")
    if chosen is None:
        asked = request.args.get("locale", "")
        if asked:
            return "zh" if asked.lower().startswith("zh") else "en"
        chosen = request.accept_languages.best_match(["en", "zh", "zh-CN", "zh-Hans"], default="en")
    return "zh" if str(chosen).startswith("zh") else "en"


def gettext(text: str, **values: object) -> str:
    """The text in the page's language, with ``%(name)s`` filled in."""
    if language() == "zh":
        text = chinese().get(text, text)
    return text % values if values else text


def day(timestamp: int) -> str:
    date = dt.datetime.fromtimestamp(timestamp, tz=dt.UTC)
    if language() == "zh":
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date:%b} {date.day}, {date.year}"


def moment(timestamp: int) -> str:
    date = dt.datetime.fromtimestamp(timestamp, tz=dt.UTC)
    return f"{day(timestamp)} {date:%H:%M} UTC"


def interval_text(recurring: dict[str, Any]) -> str:
    """``every month``, ``every 3 months`` and so on."""
    count, interval = recurring["interval_count"], recurring["interval"]
    if count == 1:
        return gettext(f"every {interval}")
    return gettext(f"every %(n)s {interval}s", n=count)


def install(app: Flask) -> None:
    """Give templates their words and formats."""
    app.jinja_env.globals.update(_=gettext, language=language, shown=shown, interval_text=interval_text)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
