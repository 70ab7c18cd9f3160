"""What a person does with the shop, by what is written on its pages."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from django.utils import translation
from playwright.sync_api import ConsoleMessage, Page, expect

from marketplace.demo.localstripe.pages.language import chinese
from marketplace.orders.consent import WORDS as CONSENT
from tests.running_shop import RunningShop

PASSWORD = "a pass phrase for the story"
GOOD_CARD = "4242 4242 4242 4242"
DECLINED_CARD = "4000 0000 0000 0002"


@dataclass
class Person:
    """A browser window with somebody before it. Errors in its console are kept in `complaints`."""

    name: str
    page: Page
    shop: RunningShop
    language: str = "en-US"
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.on("console", self._hear)
        self.page.on("dialog", lambda dialog: dialog.accept())

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error" and "favicon" not in message.text:
            self.complaints.append(f"{self.page.url}: {message.text}")

    @property
    def email(self) -> str:
        return f"{self.name.lower()}@story.example"

    def words(self, english: str, **facts: object) -> str:
        """What stands on the shop's pages for these words in her language."""
        with translation.override("zh-hans" if self.language.startswith("zh") else "en"):
            said = translation.gettext(english)
        return said % facts if facts else said

    def words_at_stripe(self, english: str) -> str:
        """The same on Stripe's pages."""
        return chinese()[english] if self.language.startswith("zh") else english

    def open(self, path: str) -> None:
        """Go to a page of the shop."""
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status < 400, f"{path} answered {answer.status}"

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press the button of this name."""
        self.page.get_by_role("button", name=name).first.click()

    def sees(self, text: str | re.Pattern[str], *, timeout_s: float = 60) -> None:
        """The page shows this text, now or soon."""
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=timeout_s * 1000)

    def sign_up(self) -> None:
        """Sign up, open the message in the outbox's page, and confirm the address by its link."""
        self.open("/accounts/signup/")
        self.page.locator('main input[name="email"]').fill(self.email)
        self.page.locator('main input[name="display_name"]').fill(self.name)
        self.page.locator('main input[name="password1"]').fill(PASSWORD)
        self.page.locator("main form button").click()
        letter = self.shop.outbox.wait_for(to=self.email)
        confirm = next(link for link in letter.links if "confirm-email" in link)
        self.page.get_by_role("link", name=self.words("Outbox (demo)")).first.click()
        self.page.get_by_text(self.email).first.wait_for()
        self.open(urlsplit(confirm).path)
        self.page.locator("main form button").click()
        self.page.wait_for_url(lambda url: "confirm-email" not in url)

    def sign_in(self, email: str, password: str) -> None:
        """Sign in to an account that exists."""
        self.open("/accounts/login/")
        self.page.locator('main input[name="login"]').fill(email)
        self.page.locator('main input[name="password"]').fill(password)
        self.page.locator("main form button").click()
        self.page.wait_for_url(lambda url: "login" not in url)

    def agree_and_go_to_pay(self) -> None:
        """Agree to delivery at once on the checkout page, and go on to Stripe's."""
        self.page.get_by_label(self.words(str(CONSENT))).check()
        self.press(self.words("Go on to payment"))
        self.page.wait_for_url(lambda url: url.startswith(self.shop.stripe_url))

    def pay(self, card: str = GOOD_CARD) -> None:
        """Fill in the hosted checkout page and press its button."""
        assert self.page.url.startswith(self.shop.stripe_url), f"not at the checkout but at {self.page.url}"
        email = self.page.get_by_label(self.words_at_stripe("E-mail"))
        if email.is_editable():
            email.fill(self.email)
        for label, typed in {"Card number": card, "Expiry": "12 / 34", "CVC": "123"}.items():
            self.page.get_by_label(self.words_at_stripe(label)).fill(typed)
        self.press(re.compile(f"^{self.words_at_stripe('Pay %(amount)s').split('%')[0]}"))

    def back_in_the_shop(self) -> None:
        """Wait until the browser has come back from Stripe."""
        self.page.wait_for_url(lambda url: url.startswith(self.shop.url))

    def upload(self, label: str | re.Pattern[str], file: Path) -> None:
        """Choose a file in the field of this label."""
        self.page.get_by_label(label).set_input_files(file)
