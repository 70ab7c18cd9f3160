"""Reads on shares; each file has one subject."""

from marketplace.royalties.selectors.lineage import (
    lineage_of,
    parents_shown,
    remix_share_of,
)
from marketplace.royalties.selectors.royalties import Sharing, sharing_of
from marketplace.royalties.selectors.shares import (
    collaborators_of,
    share_for,
    shares_given_by,
    shares_in,
    shares_of,
)

__all__ = [
    "Sharing",
    "collaborators_of",
    "lineage_of",
    "parents_shown",
    "remix_share_of",
    "share_for",
    "shares_given_by",
    "shares_in",
    "shares_of",
    "sharing_of",
]
