"""Refunds: until when they are asked for and decided."""

from pydantic import Field
from pydantic_settings import BaseSettings


class RefundSettings(BaseSettings):
    """The deadlines of a refund."""

    refund_asking_days: int = Field(
        default=14, ge=0, le=365, description="Days after a purchase in which a buyer may ask for a refund."
    )
    refund_deciding_days: int = Field(
        default=5, ge=1, le=60, description="Days in which an artist decides on a refund; then the platform does."
    )
    refund_platform_days: int = Field(
        default=5,
        ge=1,
        le=60,
        description="Days in which the platform decides on a refund that is with it; then it is granted by itself.",
    )
