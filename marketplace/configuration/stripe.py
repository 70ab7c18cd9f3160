"""Stripe: keys, address, webhook secrets, ways to pay."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from marketplace.configuration.parsing import url_parts, web_address


class StripeSettings(BaseSettings):
    """How payments reach Stripe and come back."""

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

    @field_validator("stripe_api_base")
    @classmethod
    def _is_api_address(cls, value: str) -> str:
        return web_address(value)

    @field_validator("checkout_return_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        form = "must be origins such as https://app.example.org, separated by commas"
        for origin in filter(None, (part.strip() for part in value.split(","))):
            parts = url_parts(origin, form=form)
            if parts.scheme not in {"http", "https"} or origin.lower() != f"{parts.scheme}://{parts.netloc}".lower():
                raise ValueError(form)
        return value

    @property
    def ways_to_pay(self) -> list[str]:
        """``payment_methods`` one by one."""
        return self.payment_methods.split(",")
