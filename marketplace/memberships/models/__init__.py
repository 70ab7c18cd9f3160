"""Tiers that artists offer, memberships in them, and what was paid for those."""

from marketplace.memberships.models.memberships import (
    MemberCustomer,
    Membership,
    MembershipChange,
    MembershipLetter,
    MembershipPayment,
)
from marketplace.memberships.models.tiers import TaxedTierPrice, Tier, TierPrice

__all__ = [
    "MemberCustomer",
    "Membership",
    "MembershipChange",
    "MembershipLetter",
    "MembershipPayment",
    "TaxedTierPrice",
    "Tier",
    "TierPrice",
]
