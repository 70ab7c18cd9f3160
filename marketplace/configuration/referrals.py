"""Referrals: their share and their window."""

from pydantic import Field
from pydantic_settings import BaseSettings


class ReferralSettings(BaseSettings):
    """What a referral earns, and for how long."""

    referral_share_basis_points: int = Field(
        default=2000,
        ge=0,
        le=10_000,
        description="What whoever referred a buyer gets of the platform's fee, in 1/100 of a percent.",
    )
    referral_window_days: int = Field(
        default=30, ge=1, le=365, description="Days in which an order counts for the referral link that was followed."
    )
