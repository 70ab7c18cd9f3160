"""Closings of the ledger: what every account held when all entries up to one number were in.

They are sums of entries and nothing else; the ledger is read through them so that no read grows with it.
"""

from django.db import models

from billing.models.ledger import Account


class LedgerClosing(models.Model):
    """All entries up to ``up_to_entry`` were committed at ``closed_at``, and none of these numbers can come later."""

    id = models.BigAutoField(primary_key=True)
    up_to_entry = models.BigIntegerField(unique=True)
    closed_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"up to {self.up_to_entry}"


class AccountClosing(models.Model):
    """An account's balance at a closing; only of accounts that moved since the closing before."""

    id = models.BigAutoField(primary_key=True)
    closing = models.ForeignKey(LedgerClosing, on_delete=models.PROTECT, related_name="accounts")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="closings", db_index=False)
    balance_minor = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "closing"], name="one_closing_per_account")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.balance_minor}"
