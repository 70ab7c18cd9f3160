"""A work in a feed, and why it is there."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class Reason(StrEnum):
    """Why a work is shown; most are told with the work that caused it."""

    LIKE = "like"  # it is like a work that the viewer dealt with
    TASTE = "taste"  # people liked both
    BOUGHT = "bought"  # people bought both
    FOLLOWED = "followed"  # the viewer follows its artist
    PICKED = "picked"  # it carries a tag that the viewer chose
    POPULAR = "popular"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A work and why; ``because_of`` the work that caused it (LIKE, TASTE, BOUGHT), ``of_tag`` the tag (PICKED)."""

    work_id: UUID
    reason: Reason
    because_of: UUID | None = None
    of_tag: UUID | None = None
