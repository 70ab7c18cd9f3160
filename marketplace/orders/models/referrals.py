"""Links by which people bring buyers, the orders that came by them, and what was given for each licence."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models import Sale
from marketplace.accounts.models import User
from marketplace.core.money import Money
from marketplace.orders.models.orders import Order, OrderLine


class ReferralLink(models.Model):
    """A person's link. ``clicks``: how often it was followed, a browser that follows it again and again once."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, primary_key=True, related_name="referral_link")
    code = models.CharField(max_length=16, unique=True)
    clicks = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("referral link")
        verbose_name_plural = _("referral links")

    def __str__(self) -> str:
        return self.code


class Referral(models.Model):
    """An order whose buyer came by a link, with the share of the fee as it was then."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, primary_key=True, related_name="referral")
    link = models.ForeignKey(ReferralLink, on_delete=models.PROTECT, related_name="referrals")
    share_basis_points = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("referral")
        verbose_name_plural = _("referrals")

    def __str__(self) -> str:
        return f"{self.link_id}: {self.order_id}"


class ReferralReward(models.Model):
    """What one licence brings whoever referred its buyer: money of an artist's (``part``), or else credits."""

    line = models.OneToOneField(OrderLine, on_delete=models.PROTECT, primary_key=True, related_name="referral_reward")
    referral = models.ForeignKey(Referral, on_delete=models.PROTECT, related_name="rewards")
    sale = models.ForeignKey(Sale, on_delete=models.PROTECT, related_name="+", help_text="of the licence")
    part = models.OneToOneField(
        Sale, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="money for an artist"
    )
    share_minor = models.PositiveBigIntegerField(help_text="of the fee, before refunds")
    currency = models.CharField(max_length=3)
    credits_granted = models.PositiveIntegerField(default=0)
    credits_returned = models.PositiveIntegerField(default=0)
    credits_due_at = models.DateTimeField(null=True, blank=True, help_text="set until the credits are granted")

    class Meta:
        verbose_name = _("reward of a referral")
        verbose_name_plural = _("rewards of referrals")
        indexes = [
            models.Index(fields=["credits_due_at"], condition=~Q(credits_due_at=None), name="referral_credits_due")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(credits_returned__lte=F("credits_granted")), name="no_more_credits_back_than_granted"
            ),
            models.CheckConstraint(
                condition=Q(part=None) | Q(credits_granted=0, credits_due_at=None), name="a_reward_is_money_or_credits"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line_id}: {self.share}"

    @property
    def share(self) -> Money:
        """What it is worth before refunds."""
        return Money(self.share_minor, self.currency)

    @property
    def credits_left(self) -> int:
        """The credits that it brought and that were not taken back."""
        return self.credits_granted - self.credits_returned

    @property
    def reference(self) -> str:
        """How the ledger names its credits."""
        return f"referral_credits:{self.line_id}"
