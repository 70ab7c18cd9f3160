"""The e-mails of billing, each in its reader's language."""

from billing.letters.payouts import write_about_lifting, write_about_stop
from billing.letters.plans import write_about_plan, write_about_top_up

__all__ = ["write_about_lifting", "write_about_plan", "write_about_stop", "write_about_top_up"]
