"""Writes on licences. Every one of them that sells or reserves locks the work's rights row first."""

from marketplace.licensing.services.grants import end_licence, grant_licence, withdraw_from_sale
from marketplace.licensing.services.holds import hold_exclusive, keep_hold_until, release_hold
from marketplace.licensing.services.offers import OfferTerms, set_offers
from marketplace.licensing.services.rights import create_rights, lock_rights
from marketplace.licensing.services.wordings import write_missing_wordings

__all__ = [
    "OfferTerms",
    "create_rights",
    "end_licence",
    "grant_licence",
    "hold_exclusive",
    "keep_hold_until",
    "lock_rights",
    "release_hold",
    "set_offers",
    "withdraw_from_sale",
    "write_missing_wordings",
]
