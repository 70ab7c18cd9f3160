"""Lots whose time is over, for people who do not come by themselves."""

from django.db import transaction

from billing.models import Account, CreditLot
from billing.services.ledger import lock_balance
from billing.services.lots import expire_due_lots
from marketplace.core.clock import now


def expire_credits() -> int:
    """Expire every lot that is due, one person at a time; answers how many credits expired."""
    due = CreditLot.objects.filter(remaining__gt=0, expires_at__lte=now())
    expired = 0
    for account in Account.objects.filter(pk__in=due.values("account_id")):
        with transaction.atomic():
            lock_balance(account)
            expired += expire_due_lots(account, at=now())
    return expired
