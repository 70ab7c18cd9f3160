"""A slow network before a page: every request to the shop's own pages is held until the test lets it go."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, Route


class HeldRequests:
    """The requests that wait, in the order in which they came."""

    def __init__(self) -> None:
        self.waiting: list[Route] = []
        self.is_open = False

    def take(self, route: Route) -> None:
        """Hold a request, or let it go on where the network is quick again."""
        if self.is_open:
            route.continue_()
        else:
            self.waiting.append(route)

    def let_go(self) -> None:
        """Send what waits, and all that comes."""
        self.is_open = True
        while self.waiting:
            self.waiting.pop(0).continue_()


@contextmanager
def held(page: Page, path: str, *, but: str = "") -> Iterator[HeldRequests]:
    """Hold requests whose path begins with ``path``, except ``but``, until ``let_go`` is called or the block ends."""
    requests = HeldRequests()

    def is_meant(url: str) -> bool:
        asked = urlsplit(url).path
        return asked.startswith(path) and not (but and asked.startswith(but))

    page.route(is_meant, requests.take)
    try:
        yield requests
    finally:
        requests.let_go()
        page.unroute(is_meant, requests.take)


# Playwright itself waits while a page is on its way to the next, so the page tells its console how it looks meanwhile.
_NOTE = """
addEventListener("submit", (event) => {
  const form = event.target;
  setTimeout(() => {
    form.requestSubmit();
    form.querySelector("button").click();
  }, 200);
  setTimeout(() => console.debug("while waiting", JSON.stringify({
    bar: document.documentElement.hasAttribute("data-waiting"),
    busy: form.getAttribute("aria-busy") === "true",
    pressable: [...form.querySelectorAll("button")].filter((button) => !button.disabled).length,
  })), 400);
}, { once: true });
"""
# What was sent twice would have been sent by then.
_LOOKED_AFTER_MS = 200


def press_twice(button: Locator, requests: HeldRequests) -> dict[str, object]:
    """Press a form's button, and again while its answer is on its way; answers what the page showed meanwhile.

    ``bar``: a sign that something is coming; ``busy``: the form says so; ``pressable``: its buttons that could still
    be pressed; ``sent``: how many requests were made.
    """
    page = button.page
    page.evaluate(_NOTE)
    with page.expect_console_message(lambda message: message.text.startswith("while waiting ")) as told:
        button.click(no_wait_after=True)
    page.wait_for_timeout(_LOOKED_AFTER_MS)
    sent = len(requests.waiting)
    requests.let_go()
    page.wait_for_load_state("load")
    return {**json.loads(told.value.text.removeprefix("while waiting ")), "sent": sent}
