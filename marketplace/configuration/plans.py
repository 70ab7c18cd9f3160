"""Plans of artists and buyers."""

from pydantic import Field
from pydantic_settings import BaseSettings


class PlanSettings(BaseSettings):
    """What happens while a plan's payment is overdue."""

    plan_grace_days: int = Field(
        default=10,
        ge=0,
        le=60,
        description="Days in which a plan's benefits stay while its payment is overdue and Stripe tries again.",
    )
