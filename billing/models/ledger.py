"""The double-entry ledger. Its rows are never changed: triggers of migration 0002 refuse it in the database.

Signs: a positive entry is a credit (what the shop owes or has earned), a negative one a debit (what the shop
holds at Stripe, what it has handed out). The entries of one transaction add up to zero in each currency.
"""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.core.ids import new_id


class AccountKind(models.TextChoices):
    """What an account stands for. The first two have a floor of zero and so a balance row to lock."""

    USER_CREDITS = "user_credits", _("Credits of a person")
    ARTIST_AVAILABLE = "artist_available", _("An artist's money that can be paid out")

    USER_HELD = "user_held", _("Credits reserved for running jobs")
    CREDITS_ISSUED = "credits_issued", _("Credits handed out")
    CREDITS_SPENT = "credits_spent", _("Credits spent")
    CREDITS_EXPIRED = "credits_expired", _("Credits expired")

    ARTIST_PENDING = "artist_pending", _("An artist's money within the holding time")
    ARTIST_DEBT = "artist_debt", _("What an artist owes after a refund")
    ARTIST_ROLLING_RESERVE = "artist_rolling_reserve", _("A new artist's money that is kept back for a while")
    ARTIST_RESERVE = "artist_reserve", _("An artist's money that a dispute holds")
    PAYOUTS_IN_TRANSIT = "payouts_in_transit", _("Payouts on their way")
    CASH_AT_STRIPE = "cash_at_stripe", _("Money at Stripe")
    STRIPE_FEES = "stripe_fees", _("Stripe's fees")
    CASH_AT_BANK = "cash_at_bank", _("Money paid out to the shop's bank")
    DISPUTES_OPEN = "disputes_open", _("Money that banks have taken back, undecided")
    DISPUTE_LOSSES = "dispute_losses", _("What the shop lost to disputes")
    REFUNDS_DUE = "refunds_due", _("Payments that bought nothing, to be returned")
    PAYMENTS_HELD = "payments_held", _("Payments that wait for a check")
    PLATFORM_FEES = "platform_fees", _("Platform fees")
    ROYALTIES_DUE = "royalties_due", _("Royalties on their way to others")
    TAX_COLLECTED = "tax_collected", _("Tax that is owed to the authorities")
    PROMOTIONAL_COST = "promotional_cost", _("Discounts that the platform pays for")
    CREDIT_SALES = "credit_sales", _("Sales of credits and plans")


class Reason(models.TextChoices):
    """Why a transaction was made, as people read it in their history."""

    SIGN_UP = "sign_up", _("Welcome credits")
    PACK = "pack", _("Credit pack")
    PLAN = "plan", _("Monthly plan")
    TRIAL = "trial", _("Trial of a plan")
    TOP_UP = "top_up", _("Automatic top-up")
    GIFT = "gift", _("Credits from the shop")
    RESERVED = "reserved", _("Reserved for a generation")
    SPENT = "spent", _("Generation")
    RETURNED = "returned", _("Returned from a generation")
    EXPIRED = "expired", _("Expired")
    CREDITS_BACK = "credits_back", _("Price refunded")
    SALE = "sale", _("Sale of a licence")
    PROMOTION = "promotion", _("Discount paid by Atelier")
    REFERRAL = "referral", _("Referral")
    ROYALTY = "royalty", _("Royalty")
    REFUND = "refund", _("Refund of a sale")
    MATURED = "matured", _("Holding time over")
    RESERVE_RELEASED = "reserve_released", _("Reserve released")
    PAYOUT = "payout", _("Payout")
    PAYOUT_RETURNED = "payout_returned", _("Payout came back")
    REVENUE = "revenue", _("Payment received")
    DISPUTED = "disputed", _("Payment disputed")
    DISPUTE_WON = "dispute_won", _("Dispute won")
    DISPUTE_LOST = "dispute_lost", _("Dispute lost")
    UNUSED = "unused", _("Payment that bought nothing")
    HELD = "held", _("Payment that waits for a check")
    STRIPE_FEE = "stripe_fee", _("Stripe's fee")
    BANK = "bank", _("Paid out to the shop's bank")


class Account(models.Model):
    """One account of the ledger in one currency; of a person, of an artist, or of the shop (neither)."""

    kind = models.CharField(max_length=24, choices=AccountKind)
    currency = models.CharField(max_length=6)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="ledger_accounts",
    )
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, null=True, blank=True, related_name="ledger_accounts")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "currency", "user", "artist"],
                nulls_distinct=False,
                name="one_account_per_owner_kind_currency",
            ),
            models.CheckConstraint(
                condition=models.Q(kind__startswith="user_", user__isnull=False, artist__isnull=True)
                | models.Q(kind__startswith="artist_", user__isnull=True, artist__isnull=False)
                | (
                    ~models.Q(kind__startswith="user_")
                    & ~models.Q(kind__startswith="artist_")
                    & models.Q(user__isnull=True, artist__isnull=True)
                ),
                name="account_has_the_owner_of_its_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.currency}"


class Balance(models.Model):
    """The running balance of an account with a floor; the row that its writers lock.

    A trigger on entries keeps it, nothing else can write it. Accounts without a floor have none.
    """

    account = models.OneToOneField(Account, on_delete=models.PROTECT, primary_key=True, related_name="balance")
    amount_minor = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount_minor__gte=0), name="balance_not_below_zero")]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.amount_minor}"


class Transaction(models.Model):
    """One effect on one object, once: a second transaction with the same (object_ref, effect) cannot exist.

    ``entry_count`` is fixed at the insert, so that nobody can add entries to an old transaction.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    object_ref = models.CharField(max_length=120, help_text="kind:id, e.g. job:0199… or invoice:in_…")
    effect = models.CharField(max_length=60)
    reason = models.CharField(max_length=24, choices=Reason)
    stripe_ref = models.CharField(
        max_length=120,
        blank=True,
        default="",
        db_default="",
        help_text="Stripe's id of what moved the money: a payment intent, a refund, a transfer, a payout",
    )
    entry_count = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["object_ref", "effect"], name="one_effect_per_object")]
        indexes = [
            models.Index(fields=["stripe_ref"], condition=~models.Q(stripe_ref=""), name="transactions_by_stripe_ref")
        ]

    def __str__(self) -> str:
        return f"{self.object_ref} {self.effect}"


class Entry(models.Model):
    """One side of a transaction; its currency is its account's."""

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="entries")
    amount_minor = models.BigIntegerField(help_text="positive: credit; negative: debit; never zero")
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        indexes = [
            models.Index(fields=["account", "-id"], name="entries_of_account"),
            models.Index(fields=["account", "recorded_at"], name="entries_of_account_by_time"),
        ]
        constraints = [models.CheckConstraint(condition=~models.Q(amount_minor=0), name="entry_moves_something")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.amount_minor:+d}"
