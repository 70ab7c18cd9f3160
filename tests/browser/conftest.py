"""Headless Chromium against the running shop, one context per person."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.person import Person
from tests.running_shop import RunningShop

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-background-networking", "--disable-component-update", "--disable-sync"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser process for the session."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def person(chromium: Browser, running_shop: RunningShop) -> Iterator[Callable[..., Person]]:
    """Makes people with a browser window of their own: `person("Mei", language="zh-CN", narrow=True)`."""
    people: dict[str, Person] = {}

    def make(name: str, *, language: str = "en-US", narrow: bool = False, dark: bool = False) -> Person:
        if name not in people:
            context = chromium.new_context(
                base_url=running_shop.url,
                locale=language,
                viewport={"width": 390 if narrow else 1360, "height": 900},
                color_scheme="dark" if dark else "light",
            )
            context.set_default_timeout(60_000)
            people[name] = Person(name=name, page=context.new_page(), shop=running_shop, language=language)
        return people[name]

    yield make
    for someone in people.values():
        someone.page.context.close()
