"""A fair start: how much of a feed goes to new works, and for how long."""

from pydantic import Field
from pydantic_settings import BaseSettings


class ExplorationSettings(BaseSettings):
    """How many first views a work gets, above all one by a new artist (docs/fairness.md)."""

    exploration_share_percent: int = Field(
        default=20,
        ge=0,
        le=50,
        description="Percent of the places of a feed that go to works which were shown little so far, most of "
        "them to works of new artists; of a stranger’s feed two and a half times as many. 0: none.",
    )
    exploration_first_views: int = Field(
        default=100, ge=1, le=100_000, description="A work that was shown so often gets no more of those places."
    )
    exploration_days: int = Field(
        default=30, ge=1, le=365, description="An artist is new for so many days after her first work was published ..."
    )
    exploration_artist_views: int = Field(
        default=1000,
        ge=1,
        le=10_000_000,
        description="... while all her works together were shown less often than this.",
    )
