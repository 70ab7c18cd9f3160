"""All settings in one class, and what production refuses of them."""

from urllib.parse import urlsplit

from pydantic import model_validator
from pydantic_settings import SettingsConfigDict

from marketplace.configuration.costs import CostSettings
from marketplace.configuration.database import DatabaseSettings
from marketplace.configuration.demo import DemoSettings
from marketplace.configuration.disputes import DisputeSettings
from marketplace.configuration.events import EventSettings
from marketplace.configuration.exploration import ExplorationSettings
from marketplace.configuration.folders import FolderSettings
from marketplace.configuration.fraud import FraudSettings
from marketplace.configuration.mail import MailSettings
from marketplace.configuration.parsing import on_loopback
from marketplace.configuration.payouts import PayoutSettings
from marketplace.configuration.plans import PlanSettings
from marketplace.configuration.referrals import ReferralSettings
from marketplace.configuration.refunds import RefundSettings
from marketplace.configuration.sales import SaleSettings
from marketplace.configuration.seller import SellerSettings
from marketplace.configuration.storage import StorageSettings
from marketplace.configuration.stripe import StripeSettings
from marketplace.configuration.web import WebSettings
from marketplace.configuration.webhooks import WebhookSettings


# Pydantic orders fields from the last base to the first, and docs/configuration.md and the lines of a failed start
# follow that order: read this list from its end.
class Configuration(
    ExplorationSettings,
    EventSettings,
    FraudSettings,
    DisputeSettings,
    ReferralSettings,
    PlanSettings,
    WebhookSettings,
    CostSettings,
    RefundSettings,
    PayoutSettings,
    SellerSettings,
    SaleSettings,
    FolderSettings,
    DemoSettings,
    MailSettings,
    StripeSettings,
    StorageSettings,
    DatabaseSettings,
    WebSettings,
):
    """Read from the environment; names are the environment's, in capitals."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore", case_sensitive=False)

    @model_validator(mode="after")
    def _production_is_strict(self) -> "Configuration":
        if self.atelier_profile != "production":
            return self
        defaults = {name: field.default for name, field in type(self).model_fields.items()}
        for name in (
            "atelier_secret_key",
            "s3_secret_access_key",
            "jobs_s3_secret_access_key",
            "stripe_secret_key",
            "stripe_webhook_secret",
            "database_url",
            "seller_address",
        ):
            if getattr(self, name) == defaults[name]:
                raise ValueError(f"{name.upper()}: production refuses the demo's value; set one of your own")
        if not self.atelier_base_url.startswith("https://"):
            raise ValueError("ATELIER_BASE_URL: production must be served over https://")
        if on_loopback(self.stripe_api_base):
            raise ValueError("STRIPE_API_BASE: production refuses a Stripe on this machine; use https://api.stripe.com")
        if not self.stripe_secret_key.startswith(("sk_live_", "rk_live_")):
            raise ValueError("STRIPE_SECRET_KEY: production refuses a test key")
        if (self.signing_dir / "made-for-demo").exists():
            raise ValueError(f"SIGNING_DIR: {self.signing_dir} holds the demo's certificates; production refuses them")
        if self.outbox_url:
            raise ValueError("OUTBOX_URL: the outbox page is the demo's; production refuses it")
        return self

    @property
    def return_origins(self) -> set[str]:
        """Where a payment page may send people back to, in lower case."""
        own = urlsplit(self.atelier_base_url)
        others = (part.strip().lower() for part in self.checkout_return_origins.split(","))
        return {f"{own.scheme}://{own.netloc}".lower(), *filter(None, others)}
