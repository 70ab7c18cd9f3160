"""What the shop sells of its own. `manage.py sync_plans` brings the tables and Stripe into line with this file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack (bought once) or a plan (every month). ``credits_last_days`` None: they do not expire."""

    code: str
    name_en: str
    name_zh_hans: str
    credits: int
    price_minor: int
    currency: str = "USD"
    credits_last_days: int | None = None

    @property
    def lookup_key(self) -> str:
        """The price's name at Stripe."""
        return f"atelier_{self.code}"


PACKS = (
    Offer("pack-100", "100 credits", "100 点数", credits=100, price_minor=500, credits_last_days=365),
    Offer("pack-500", "500 credits", "500 点数", credits=500, price_minor=2000, credits_last_days=365),
    Offer("pack-2000", "2,000 credits", "2000 点数", credits=2000, price_minor=7000, credits_last_days=365),
)
PLANS = (Offer("studio", "Studio", "工作室", credits=600, price_minor=1900, credits_last_days=90),)
