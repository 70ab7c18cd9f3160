"""A fair start: how much of a feed goes to new works, and for how long."""

from pydantic import Field
from pydantic_settings import BaseSettings


class ExplorationSettings(BaseSettings):
    """How many first views a new work of a little known artist gets (docs/fairness.md)."""

    exploration_share_percent: int = Field(
        default=10,
        ge=0,
        le=50,
        description="Percent of the places of a feed that go to new works of artists who were shown little so far. "
        "0: none.",
    )
    exploration_first_views: int = Field(
        default=100,
        ge=1,
        le=100_000,
        description="So often a new work is shown in those places, at least as long as EXPLORATION_DAYS allow.",
    )
    exploration_days: int = Field(
        default=30, ge=1, le=365, description="Days after publishing for which a work is shown in those places."
    )
    exploration_artist_views: int = Field(
        default=1000,
        ge=1,
        le=10_000_000,
        description="An artist whose works were shown so often in the last 90 days needs those places no longer.",
    )
