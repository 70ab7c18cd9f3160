"""People's own webhooks."""

from pydantic import Field
from pydantic_settings import BaseSettings


class WebhookSettings(BaseSettings):
    """How long they may fail, and what is kept of them."""

    webhook_failing_days: int = Field(
        default=5,
        ge=1,
        le=30,
        description="Days without one delivery after which a person's webhook endpoint is disabled, and she is told.",
    )
    webhook_log_days: int = Field(
        default=30, ge=7, le=365, description="Days for which events and deliveries of people's webhooks are kept."
    )
