"""The outbox's page: what the demo "sent", readable, with links that can be clicked. English or Chinese."""

from __future__ import annotations

import re
from html import escape

from marketplace.demo.services.outbox_store import Message

_WORDS = {
    "en": {
        "lang": "en",
        "title": "Outbox",
        "lead": "The demo sends no e-mail into the world. What it would send is shown here, newest first.",
        "to": "To",
        "from": "From",
        "none": "No messages yet.",
    },
    "zh": {
        "lang": "zh-Hans",
        "title": "发件箱",
        "lead": "演示环境不会真正发送电子邮件，应发送的邮件都显示在这里，最新的在最前面。",
        "to": "收件人",
        "from": "发件人",
        "none": "还没有邮件。",
    },
}
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_STYLE = """
html{color-scheme:light dark}
body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
body{color:light-dark(#1d1d1f,#f2eee8);background:light-dark(#fff,#141312)}
article{border:1px solid light-dark(#c9c9cf,#45403b);border-radius:8px;padding:1rem 1.25rem;margin:1rem 0}
h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.1rem;line-height:1.3;margin:0}
dl{color:light-dark(#4a4a50,#b3aaa0);font-size:.9rem;margin:.25rem 0 1rem}dt,dd{display:inline;margin:0}
pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit;margin:0}a{color:light-dark(#0a58ca,#8ab4ff)}
"""


def with_links(text: str) -> str:
    """`text` as HTML: escaped, its web addresses made links."""
    parts, end = [], 0
    for match in _LINK.finditer(text):
        address = escape(match.group())
        parts += [escape(text[end : match.start()]), f'<a href="{address}">{address}</a>']
        end = match.end()
    return "".join([*parts, escape(text[end:])])


def page(messages: list[Message], *, accept_language: str) -> str:
    """The whole page, in Chinese when the browser prefers it."""
    words = _WORDS["zh" if accept_language.strip().lower().startswith("zh") else "en"]
    articles = "".join(_article(message, words) for message in messages) or f"<p>{words['none']}</p>"
    return (
        f'<!doctype html><html lang="{words["lang"]}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
        f"<title>{words['title']}</title>"
        f"<style>{_STYLE}</style></head><body><main><h1>{words['title']}</h1><p>{words['lead']}</p>{articles}</main></body></html>"
    )


def _article(message: Message, words: dict[str, str]) -> str:
    return (
        f'<article id="{escape(message.id)}"><h2>{escape(message.subject)}</h2><dl>'
        f"<dt>{words['to']}: </dt><dd>{escape(', '.join(message.recipients))}</dd> · "
        f"<dt>{words['from']}: </dt><dd>{escape(message.sender)}</dd> · "
        f"<dd>{message.received_at}</dd></dl><pre>{with_links(message.text)}</pre></article>"
    )
