"""Writes on shares; each file has one subject."""

from marketplace.royalties.services.lineage import record_lineage, set_remix_share
from marketplace.royalties.services.shares import accept_share, decline_share, end_share, offer_share

__all__ = [
    "accept_share",
    "decline_share",
    "end_share",
    "offer_share",
    "record_lineage",
    "set_remix_share",
]
