"""The outbox: messages sent by SMTP can be read, clicked and found by their receiver."""

from __future__ import annotations

import urllib.request

from django.core.mail import EmailMessage
from django.core.mail import get_connection as _connection

from marketplace.demo.services.outbox_page import page, with_links
from marketplace.demo.services.outbox_store import OutboxStore
from tests.outbox_reader import OutboxReader
from tests.service_process import ServiceProcess


def _send(to: str, subject: str, body: str) -> None:
    EmailMessage(subject, body, "Shop <shop@example.org>", [to], connection=_connection()).send()


def test_a_message_arrives_whole(outbox: OutboxReader) -> None:
    _send("buyer@example.org", "您的订单", "谢谢! http://127.0.0.1:8000/orders/7?a=1&b=2.")
    letter = outbox.wait_for(to="buyer@example.org")
    assert letter.subject == "您的订单"
    assert letter.sender == "Shop <shop@example.org>"
    assert letter.recipients == ["buyer@example.org"]
    assert "谢谢!" in letter.text
    assert letter.links == ["http://127.0.0.1:8000/orders/7?a=1&b=2."]


def test_only_the_receivers_messages_are_listed(outbox: OutboxReader) -> None:
    _send("one@example.org", "first", "text")
    _send("two@example.org", "second", "text")
    assert [letter.subject for letter in outbox.letters(to="ONE@example.org")] == ["first"]
    assert [letter.subject for letter in outbox.letters()] == ["second", "first"]


def test_messages_survive_a_killed_outbox(outbox: OutboxReader, outbox_service: ServiceProcess) -> None:
    _send("buyer@example.org", "kept", "text")
    outbox_service.kill()
    outbox_service.start()
    assert [letter.subject for letter in outbox.letters()] == ["kept"]


def test_the_page_shows_links_and_runs_nothing(outbox: OutboxReader) -> None:
    _send("buyer@example.org", "<script>alert(1)</script>", "See http://127.0.0.1:8000/confirm/abc: now")
    with urllib.request.urlopen(outbox.url) as answer:
        html = answer.read().decode()
    assert '<a href="http://127.0.0.1:8000/confirm/abc">http://127.0.0.1:8000/confirm/abc</a>: now' in html
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_links_end_before_punctuation_and_are_escaped() -> None:
    assert with_links('http://a.b/?x=1&y="2".') == (
        '<a href="http://a.b/?x=1&amp;y=">http://a.b/?x=1&amp;y=</a>&quot;2&quot;.'
    )


def test_the_page_speaks_chinese_to_a_chinese_browser() -> None:
    assert "还没有邮件。" in page([], accept_language="zh-CN,zh;q=0.9")
    assert "No messages yet." in page([], accept_language="de-DE,zh;q=0.1")


def test_an_html_only_message_is_still_shown(tmp_path) -> None:
    store = OutboxStore(tmp_path)
    store.add(b"Subject: hi\r\nContent-Type: text/html\r\n\r\n<b>bold</b>", recipients=["a@b.c"])
    assert store.messages()[0].text.strip() == "<b>bold</b>"
