"""Events: how long they are kept."""

from pydantic import Field
from pydantic_settings import BaseSettings


class EventSettings(BaseSettings):
    """How long it is kept what people did with works."""

    events_kept_days: int = Field(
        default=400,
        ge=121,
        le=3650,
        description="Days after which views, likes and other events are deleted; counters made from them stay. "
        "Recommendations look back 120 days.",
    )
