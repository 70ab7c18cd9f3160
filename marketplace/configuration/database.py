"""The database, and how long the queue in it keeps what is done."""

from typing import Literal

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings

from marketplace.configuration.parsing import url_parts

_FORM = "must read postgresql://user:password@host:port/name"


class DatabaseSettings(BaseSettings):
    """PostgreSQL and the queue's rows."""

    database_url: str = Field(
        default="postgresql://atelier:atelier@127.0.0.1:5432/atelier",
        description="PostgreSQL 15 or newer with pgvector 0.8 or newer: `postgresql://user:password@host:port/name`.",
    )
    database_pool_size: int = Field(
        default=8, ge=1, le=100, description="Most connections that one web process keeps open."
    )

    vector_precision: Literal["single", "half"] = Field(
        default="single",
        description="What the vector indexes hold: `half` for shops of about a million works and more. After a change "
        "run `manage.py vector_indexes`, which makes the indexes anew.",
    )

    queue_keeps_finished_days: int = Field(
        default=7, ge=1, le=365, description="Days after which the queue's rows of finished tasks are removed."
    )
    queue_keeps_failed_days: int = Field(
        default=90, ge=1, le=3650, description="The same for tasks that failed, which somebody may want to look into."
    )

    @field_validator("database_url")
    @classmethod
    def _is_postgresql(cls, value: str) -> str:
        parts = url_parts(value, form=_FORM)
        if not value.startswith(("postgresql://", "postgres://")) or not parts.path.strip("/"):
            raise ValueError(_FORM)
        return value
