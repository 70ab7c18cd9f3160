"""What a sale and a credit are worth, and how long each waits."""

from pydantic import Field
from pydantic_settings import BaseSettings


class SaleSettings(BaseSettings):
    """Fee, credits, holds of a sale."""

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
