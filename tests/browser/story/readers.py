"""Who reads the feeds and searches: one in English on a wide light screen, one in Chinese on a narrow dark one."""

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.person import Person

LANGUAGES = ["en", "zh-hans"]


def reader_of(person: Callable[..., Person], language: str, *, name: str = "") -> Person:
    """The reader in this language, the same one in each chapter; or another one of this ``name``."""
    if language == "en":
        return person(name or "Ines")
    return person(name or "Yilin", language="zh-CN", narrow=True, dark=True)


def cards(page: Page, surface: str) -> Locator:
    """The works of one list."""
    return page.locator(f'[data-surface="{surface}"] [data-work]')


def works_in(page: Page, surface: str) -> list[str]:
    """Their ids, in order."""
    return [str(work) for work in cards(page, surface).evaluate_all("found => found.map(one => one.dataset.work)")]


def fits(page: Page) -> bool:
    """Nothing of the page goes beyond the screen's right side."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def open_why(card: Locator) -> str:
    """Open "why this?" of a card; returns what it says."""
    card.locator(".why-control summary").click()
    words = card.locator(".why-words > p").first
    expect(words).to_be_visible()
    return words.inner_text()
