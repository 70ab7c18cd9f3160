"""Writes on tiers and memberships."""

from marketplace.memberships.services.changes import (
    ChangeOffer,
    change_membership,
    changes_left_behind,
    make_change,
    offer_change,
    withdraw_change,
)
from marketplace.memberships.services.ending import (
    end_at_stripe,
    end_memberships_of_closed_accounts,
    end_overdue_memberships,
    ends_left_behind,
    keep_membership,
    leave_membership,
)
from marketplace.memberships.services.joining import StartedMembership, forget_start, join
from marketplace.memberships.services.payments import book_paid_invoice, note_refund
from marketplace.memberships.services.tiers import TierWords, close_tier, create_tier, edit_tier, reopen_tier

__all__ = [
    "ChangeOffer",
    "StartedMembership",
    "TierWords",
    "book_paid_invoice",
    "change_membership",
    "changes_left_behind",
    "close_tier",
    "create_tier",
    "edit_tier",
    "end_at_stripe",
    "end_memberships_of_closed_accounts",
    "end_overdue_memberships",
    "ends_left_behind",
    "forget_start",
    "join",
    "keep_membership",
    "leave_membership",
    "make_change",
    "note_refund",
    "offer_change",
    "reopen_tier",
    "withdraw_change",
]
