"""What the shop knows about a disputed payment, and how it is told: in Stripe's fields and as one document.

Everything is in English: banks read it.
"""

from marketplace.orders.evidence.case import case_of
from marketplace.orders.evidence.facts import Case
from marketplace.orders.evidence.fields import stripe_texts
from marketplace.orders.evidence.paper import evidence_pdf

__all__ = ["Case", "case_of", "evidence_pdf", "stripe_texts"]
