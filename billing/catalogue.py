"""What the shop sells of its own. `manage.py sync_plans` brings the tables and Stripe into line with this file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack, bought once. ``credits_last_days`` None: they do not expire."""

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


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanOffer(Offer):
    """A plan: ``credits`` and the rest come every month, whether ``price_minor`` is paid by the month or
    ``annual_price_minor`` by the year. None: as without a plan.

    ``audience``: artist or buyer, with one running plan of each per person. Among the plans of an audience a change to
    a higher ``rank`` is an upgrade. ``fee_basis_points``: the platform's share of a sale in 1/100 of a percent.
    """

    audience: str
    rank: int
    annual_price_minor: int
    trial_days: int = 0
    trial_credits: int = 0
    fee_basis_points: int | None = None
    private_loras: int | None = None
    queue_weight: int = 1
    licences_each_month: int = 0
    early_access_hours: int = 0


PACKS = (
    Offer("pack-100", "100 credits", "100 点数", credits=100, price_minor=500, credits_last_days=365),
    Offer("pack-500", "500 credits", "500 点数", credits=500, price_minor=2000, credits_last_days=365),
    Offer("pack-2000", "2,000 credits", "2000 点数", credits=2000, price_minor=7000, credits_last_days=365),
)
PLANS = (
    PlanOffer(
        "studio",
        "Studio",
        "工作室",
        audience="artist",
        rank=1,
        credits=600,
        credits_last_days=90,
        price_minor=1900,
        annual_price_minor=19000,
        fee_basis_points=700,
        private_loras=50,
        queue_weight=4,
    ),
    PlanOffer(
        "pro",
        "Pro",
        "专业版",
        audience="artist",
        rank=2,
        credits=2000,
        credits_last_days=90,
        price_minor=4900,
        annual_price_minor=49000,
        trial_days=14,
        trial_credits=150,
        fee_basis_points=400,
        private_loras=200,
        queue_weight=8,
    ),
    PlanOffer(
        "club",
        "Club",
        "收藏会",
        audience="buyer",
        rank=1,
        credits=0,
        price_minor=2900,
        annual_price_minor=29000,
        trial_days=14,
        licences_each_month=3,
    ),
)
