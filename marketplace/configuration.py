"""Every setting that the environment may give, its default, and what a wrong value says at start-up.

``docs/configuration.md`` is made from this class (``make docs``). A malformed value stops start-up with one line for
each fault; production also refuses the demo's secrets, the local Stripe and the test certificates.
"""

import os
import re
import sys
from decimal import Decimal
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from marketplace.core.money import EXPONENTS

ROOT = Path(__file__).resolve().parent.parent
DEMO_SECRET = "demo-only-secret-key-that-production-refuses-0123456789abcdef"  # noqa: S105


# Their values may hold a password in any place, above all when they are malformed.
_UNSHOWN = re.compile(r"SECRET|PASSWORD|KEY|DATABASE_URL$|EMAIL_URL$")
_DATABASE_FORM = "must read postgresql://user:password@host:port/name"
MINIMUMS_FORM = "must read USD=500,EUR=500: whole minor units of currencies that the shop trades in"
RATES_FORM = "must read USD=0.92,JPY=0.0061: euros for one unit of currencies that the shop trades in"
_EMAIL_FORM = "must read smtp://, smtp+tls:// or smtps://user:password@host:port"


def _parts(url: str, *, form: str) -> SplitResult:
    """``url`` in parts with a port that is a number. Its own errors would quote what may be a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        raise ValueError(form) from None
    return parts


def _given(name: str) -> str:
    """What stands in the environment, for the message of a fault; never where that may hold a secret."""
    value = os.environ.get(name)
    if value is None:
        return ""
    if _UNSHOWN.search(name) or "@" in value:
        return " (given: not shown here)"
    return f" (given: {value!r})"


def _by_currency(text: str, *, form: str) -> dict[str, str]:
    """``USD=1,EUR=2`` as a dictionary. Raises ValueError(form)."""
    found: dict[str, str] = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        currency, equals, amount = (piece.strip() for piece in part.partition("="))
        if not equals or currency in found:
            raise ValueError(form)
        found[currency] = amount
    return found


def _on_loopback(url: str) -> bool:
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}


class Configuration(BaseSettings):
    """Read from the environment; names are the environment's, in capitals."""

    model_config = SettingsConfigDict(env_prefix="", extra="ignore", case_sensitive=False)

    atelier_profile: Literal["demo", "test", "production"] = Field(
        default="demo", description="Which set of rules holds: `demo`, `test` or `production`."
    )
    atelier_secret_key: str = Field(
        default=DEMO_SECRET, min_length=50, description="Signs sessions and tokens; at least 50 characters."
    )
    atelier_base_url: str = Field(
        default="http://127.0.0.1:8000", description="The address people see; links in e-mails begin with it."
    )
    atelier_allowed_hosts: str = Field(
        default="127.0.0.1,localhost", description="Host names that are answered, separated by commas."
    )
    atelier_trusted_proxies: int = Field(
        default=0,
        ge=0,
        le=10,
        description="How many proxies of your own stand before the web server, each adding to `X-Forwarded-For`; "
        "limits per visitor count by the address that the outermost one saw. 0: the header is ignored.",
    )
    atelier_log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        default="INFO", description="How much is logged."
    )

    database_url: str = Field(
        default="postgresql://atelier:atelier@127.0.0.1:5432/atelier",
        description="PostgreSQL 15 or newer with pgvector 0.8 or newer: `postgresql://user:password@host:port/name`.",
    )
    database_pool_size: int = Field(
        default=8, ge=1, le=100, description="Most connections that one web process keeps open."
    )

    queue_keeps_finished_days: int = Field(
        default=7, ge=1, le=365, description="Days after which the queue's rows of finished tasks are removed."
    )
    queue_keeps_failed_days: int = Field(
        default=90, ge=1, le=3650, description="The same for tasks that failed, which somebody may want to look into."
    )

    s3_endpoint_url: str = Field(
        default="http://127.0.0.1:9000", description="The shop's S3 store; empty for Amazon's own."
    )
    s3_access_key_id: str = Field(default="atelier", min_length=1, description="The shop's key at that store.")
    s3_secret_access_key: str = Field(
        default="atelier-demo-secret", min_length=8, description="The secret of the shop's key."
    )
    s3_region: str = Field(default="us-east-1", description="The store's region.")
    s3_bucket_private: str = Field(
        default="atelier-private", description="Originals and certificates; read by signed addresses only."
    )
    s3_bucket_public: str = Field(default="atelier-public", description="Previews; readable and cacheable by all.")
    s3_public_base_url: str = Field(
        default="",
        description="Where the public bucket can be read (a CDN); empty: the shop itself serves previews under "
        "`/media/`.",
    )
    jobs_s3_endpoint_url: str = Field(
        default="http://127.0.0.1:9001", description="The store of the generation jobs' requests and results."
    )
    jobs_s3_access_key_id: str = Field(
        default="atelier-jobs",
        min_length=1,
        description="A key that opens the jobs' bucket and nothing else.",
    )
    jobs_s3_secret_access_key: str = Field(
        default="atelier-jobs-secret", min_length=8, description="The secret of the jobs' key."
    )
    jobs_s3_bucket: str = Field(default="atelier-jobs", description="The bucket of the generation jobs.")

    stripe_secret_key: str = Field(
        default="sk_test_local", pattern=r"^(sk|rk)_(test|live)_\w+$", description="Stripe's secret key."
    )
    stripe_api_base: str = Field(
        default="https://api.stripe.com",
        description="Where Stripe's API answers; the demo names the local one.",
    )
    checkout_return_origins: str = Field(
        default="",
        description="Origins, separated by commas, to which an API client may let the payment page return, besides "
        "`ATELIER_BASE_URL`: `https://app.example.org`.",
    )
    stripe_webhook_secret: str = Field(
        default="whsec_local", pattern=r"^whsec_\w+$", description="Signs Stripe's webhooks to us."
    )
    stripe_former_webhook_secret: str = Field(
        default="",
        pattern=r"^(whsec_\w+)?$",
        description="While the webhook's secret is being changed at Stripe: the other of the two, which signs too.",
    )

    payment_methods: str = Field(
        default="card,link,alipay,wechat_pay",
        pattern=r"^card(,(link|alipay|wechat_pay))*$",
        description="How one-time payments may be paid, in Stripe's words: `card` first, those that the Stripe account "
        "takes in all its currencies. Exclusive licences, which are held for minutes only, and plans take `card` and "
        "`link` alone.",
    )

    email_url: str = Field(
        default="smtp://127.0.0.1:1025",
        pattern=r"^(smtp|smtps|smtp\+tls)://.+",
        description="Outgoing mail: `smtp://`, `smtp+tls://` or `smtps://user:password@host:port`.",
    )
    email_from: str = Field(default="Atelier <hello@atelier.example>", description="The sender of our messages.")
    outbox_url: str = Field(
        default="", description="Demo only: the page that shows the messages sent; linked after sign-up."
    )

    demo_works: int = Field(
        default=200, ge=0, description="Demo only: how many works the first start publishes into the empty shop."
    )
    demo_sales: int = Field(
        default=24, ge=0, description="Demo only: how many licences the first start buys at the local Stripe."
    )

    models_dir: Path = Field(
        default=ROOT / "generation" / "engine" / "models", description="The folder of the image models."
    )
    onnx_dir: Path = Field(
        default=ROOT / "build" / "onnx",
        description="Exported encoders for the web process (`make setup` writes them): `picture_space/`, `minilm/`.",
    )
    signing_dir: Path = Field(
        default=ROOT / "build" / "signing",
        description="The site's signing keys and certificate chain; made at first start outside production.",
    )

    platform_fee_basis_points: int = Field(
        default=1000, ge=0, le=10_000, description="The platform's share of a sale in 1/100 of a percent."
    )
    sign_up_credits: int = Field(default=60, ge=0, description="Credits granted once to a new artist.")
    credits_per_worker_hour: int = Field(
        default=1500,
        ge=1,
        description="Credits that an hour of a generation worker must earn; the registry shows each model's measured"
        " price from it.",
    )
    exclusive_hold_minutes: int = Field(
        default=30,
        ge=1,
        le=30,
        description="How long an open checkout holds an exclusive licence; 30 at most.",
    )
    payout_holding_days: int = Field(
        default=7, ge=0, le=90, description="Days until an artist's share of a sale may be paid out."
    )
    seller_name: str = Field(
        default="Atelier", min_length=1, description="Who sells, as invoices and credit notes name it."
    )
    seller_address: str = Field(
        default="1 Example Street|10115 Berlin",
        min_length=1,
        description="The seller's address on invoices; its lines separated by `|`.",
    )
    seller_country: str = Field(
        default="DE", pattern=r"^[A-Z]{2}$", description="The country of that address, in two capital letters."
    )
    seller_vat_id: str = Field(default="", description="The seller's VAT id on invoices; empty: none.")
    invoice_note: str = Field(
        default="",
        description="A sentence under every invoice on which no tax stands, such as why none does; empty: none.",
    )
    payout_minimum_minor: str = Field(
        default="USD=500,EUR=500,CNY=3500,JPY=700",
        description="The least that is paid out, in minor units of each currency; a currency without one has none.",
    )
    reserve_basis_points: int = Field(
        default=1000,
        ge=0,
        le=10_000,
        description="What is kept back of a new artist's share when a sale's holding time is over, in 1/100 of a "
        "percent; 0: nothing.",
    )
    reserve_days: int = Field(default=30, ge=1, le=365, description="Days until what was kept back is released.")
    reserve_until_days: int = Field(
        default=90, ge=0, le=3650, description="Days after the first sale from which an artist is not new any more."
    )
    reserve_until_sales: int = Field(
        default=20,
        ge=0,
        le=100_000,
        description="Sales past their holding time from which an artist is not new any more, however short ago she "
        "began.",
    )
    debt_review_days: int = Field(
        default=30,
        ge=0,
        le=365,
        description="Days after which an artist who still owes the shop stands in the administrators' list.",
    )
    dac7_eur_rates: str = Field(
        default="",
        description="Euros for one unit of other currencies, by which DAC7's threshold of EUR 2000 is judged: "
        "`USD=0.92,JPY=0.0061`. Empty: judged on euros alone, and the report says so.",
    )
    refund_asking_days: int = Field(
        default=14, ge=0, le=365, description="Days after a purchase in which a buyer may ask for a refund."
    )
    refund_deciding_days: int = Field(
        default=5, ge=1, le=60, description="Days in which an artist decides on a refund; then the platform does."
    )
    cost_currency: Literal["USD", "EUR", "CNY", "JPY"] = Field(
        default="USD", description="The currency of the four costs below."
    )
    cost_gpu_hour_micro: int = Field(
        default=2_000_000,
        ge=0,
        description="What an hour of a generation worker's GPU costs you, in millionths of the currency. A change holds"
        " from the day on which it is seen; costs before keep theirs.",
    )
    cost_cpu_hour_micro: int = Field(default=50_000, ge=0, description="The same of a generation worker without a GPU.")
    cost_storage_gib_month_micro: int = Field(default=25_000, ge=0, description="The same of a GiB kept for 30 days.")
    cost_thousand_emails_micro: int = Field(default=100_000, ge=0, description="The same of a thousand e-mails.")
    webhook_failing_days: int = Field(
        default=5,
        ge=1,
        le=30,
        description="Days without one delivery after which a person's webhook endpoint is disabled, and she is told.",
    )
    webhook_log_days: int = Field(
        default=30, ge=7, le=365, description="Days for which events and deliveries of people's webhooks are kept."
    )

    plan_grace_days: int = Field(
        default=10,
        ge=0,
        le=60,
        description="Days in which a plan's benefits stay while its payment is overdue and Stripe tries again.",
    )

    referral_share_basis_points: int = Field(
        default=2000,
        ge=0,
        le=10_000,
        description="What whoever referred a buyer gets of the platform's fee, in 1/100 of a percent.",
    )
    referral_window_days: int = Field(
        default=30, ge=1, le=365, description="Days in which an order counts for the referral link that was followed."
    )
    download_log_days: int = Field(
        default=540,
        ge=120,
        le=1825,
        description="Days for which downloads of licensed files and letters to buyers stay on record, as evidence in a"
        " dispute; card networks take disputes for 120 to 540 days.",
    )
    dispute_evidence_hours: int = Field(
        default=48,
        ge=2,
        le=168,
        description="Hours before the bank's deadline at which the gathered evidence of a dispute is sent by itself.",
    )

    fraud_orders_per_hour: int = Field(
        default=10, ge=0, description="Orders that one person may pay within an hour before they are held; 0: any."
    )
    fraud_orders_per_hour_on_network: int = Field(
        default=30, ge=0, description="The same for all people of one network (/24, or /48 of IPv6); 0: any."
    )
    fraud_orders_per_hour_on_card: int = Field(
        default=6, ge=0, description="The same for all who pay with one card; 0: any."
    )
    fraud_new_account_hours: int = Field(default=24, ge=0, description="Hours for which an account counts as new.")
    fraud_new_account_dollars: int = Field(
        default=500, ge=0, description="About how many dollars a new account may pay at once; 0: any."
    )
    fraud_declined_cards: int = Field(
        default=3, ge=0, description="Cards refused within a day from which the next payment is held; 0: any."
    )
    fraud_people_per_card: int = Field(
        default=2, ge=0, description="Accounts that may pay with one card before it is held; 0: any."
    )
    fraud_people_per_device: int = Field(
        default=3, ge=0, description="Accounts that may be used in one browser before their payments are held; 0: any."
    )
    fraud_people_per_network: int = Field(
        default=20, ge=0, description="Accounts of one network within a day before their payments are held; 0: any."
    )
    fraud_welcomes_per_network: int = Field(
        default=3, ge=0, description="Welcome credits to storefronts of one network within a day; 0: any."
    )
    fraud_welcomes_per_device: int = Field(
        default=1, ge=0, description="Welcome credits to storefronts of one browser within a day; 0: any."
    )
    fraud_review_hours: int = Field(
        default=48, ge=1, le=144, description="Hours in which a person decides on what was held; then it is refused."
    )
    fraud_warning: Literal["review", "refund"] = Field(
        default="review",
        description="What a bank's early fraud warning about a delivered order does: `review` asks a person, `refund`"
        " gives the money back at once, before it becomes a dispute.",
    )
    fraud_memory_days: int = Field(
        default=180, ge=2, le=730, description="Days for which it is kept who used which network, browser and card."
    )
    fraud_counts_test_cards: bool = Field(
        default=False,
        description="Whether cards and payout accounts tell people apart although Stripe is in test mode, where"
        " everybody shares them.",
    )

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str) -> str:
        parts = _parts(value, form=_DATABASE_FORM)
        if not value.startswith(("postgresql://", "postgres://")) or not parts.path.strip("/"):
            raise ValueError(_DATABASE_FORM)
        return value

    @field_validator("email_url")
    @classmethod
    def _is_mail_server(cls, value: str) -> str:
        if not _parts(value, form=_EMAIL_FORM).hostname:
            raise ValueError(_EMAIL_FORM)
        return value

    @field_validator("atelier_base_url", "stripe_api_base")
    @classmethod
    def _is_web_address(cls, value: str) -> str:
        form = "must begin with http:// or https:// and name a host"
        parts = _parts(value, form=form)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(form)
        return value.rstrip("/")

    @field_validator("payout_minimum_minor")
    @classmethod
    def _are_minimums(cls, value: str) -> str:
        for currency, amount in _by_currency(value, form=MINIMUMS_FORM).items():
            if currency not in EXPONENTS or not re.fullmatch(r"\d{1,9}", amount):
                raise ValueError(MINIMUMS_FORM)
        return value

    @field_validator("dac7_eur_rates")
    @classmethod
    def _are_rates(cls, value: str) -> str:
        for currency, rate in _by_currency(value, form=RATES_FORM).items():
            known = currency in EXPONENTS and currency != "EUR"
            if not known or not re.fullmatch(r"\d{1,6}(\.\d{1,10})?", rate) or not Decimal(rate):
                raise ValueError(RATES_FORM)
        return value

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
        if _on_loopback(self.stripe_api_base):
            raise ValueError("STRIPE_API_BASE: production refuses a Stripe on this machine; use https://api.stripe.com")
        if not self.stripe_secret_key.startswith(("sk_live_", "rk_live_")):
            raise ValueError("STRIPE_SECRET_KEY: production refuses a test key")
        if (self.signing_dir / "made-for-demo").exists():
            raise ValueError(f"SIGNING_DIR: {self.signing_dir} holds the demo's certificates; production refuses them")
        if self.outbox_url:
            raise ValueError("OUTBOX_URL: the outbox page is the demo's; production refuses it")
        return self

    @field_validator("checkout_return_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        form = "must be origins such as https://app.example.org, separated by commas"
        for origin in filter(None, (part.strip() for part in value.split(","))):
            parts = _parts(origin, form=form)
            if parts.scheme not in {"http", "https"} or origin.lower() != f"{parts.scheme}://{parts.netloc}".lower():
                raise ValueError(form)
        return value

    @property
    def return_origins(self) -> set[str]:
        """Where a payment page may send people back to, in lower case."""
        own = urlsplit(self.atelier_base_url)
        others = (part.strip().lower() for part in self.checkout_return_origins.split(","))
        return {f"{own.scheme}://{own.netloc}".lower(), *filter(None, others)}

    @property
    def payout_minimums(self) -> dict[str, int]:
        """The least that is paid out, by currency, in minor units."""
        found = _by_currency(self.payout_minimum_minor, form="")
        return {currency: int(amount) for currency, amount in found.items()}

    @property
    def eur_rates(self) -> dict[str, Decimal]:
        """Euros for one (major) unit of a currency; exact."""
        return {currency: Decimal(rate) for currency, rate in _by_currency(self.dac7_eur_rates, form="").items()}

    @property
    def ways_to_pay(self) -> list[str]:
        """``payment_methods`` one by one."""
        return self.payment_methods.split(",")

    @property
    def allowed_hosts(self) -> list[str]:
        """The host names that are answered."""
        return [host.strip() for host in self.atelier_allowed_hosts.split(",") if host.strip()]


def read_configuration() -> Configuration:
    """The configuration of this process; a wrong value ends the process with one line for each fault."""
    try:
        return Configuration()
    except ValidationError as error:
        lines = []
        for fault in error.errors():
            name = ".".join(str(part) for part in fault["loc"]).upper()
            lines.append(f"  {name + ': ' if name else ''}{fault['msg'].removeprefix('Value error, ')}{_given(name)}")
        sys.exit("Atelier cannot start, its configuration is wrong (docs/configuration.md):\n" + "\n".join(lines))
