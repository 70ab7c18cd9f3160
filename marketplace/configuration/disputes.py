"""Disputes: what is kept as evidence, and when it is sent."""

from pydantic import Field
from pydantic_settings import BaseSettings


class DisputeSettings(BaseSettings):
    """The evidence of a dispute."""

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
