"""The e-mails of billing, each in its reader's language."""

from billing.letters.judged_payments import write_about_payment
from billing.letters.payouts import write_about_bank_refusal, write_about_lifting, write_about_stop
from billing.letters.plans import write_about_plan, write_about_top_up
from billing.letters.welcome import write_about_welcome

__all__ = [
    "write_about_bank_refusal",
    "write_about_lifting",
    "write_about_payment",
    "write_about_plan",
    "write_about_stop",
    "write_about_top_up",
    "write_about_welcome",
]
