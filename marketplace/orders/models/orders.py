"""An order: from the first click on Buy to a granted licence, a refund, or nothing."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models import PlanMonth, WithTax
from billing.tax import PriceTax
from marketplace.accounts.models import User
from marketplace.catalog.models import Work, WorkVersion
from marketplace.core.ids import new_id
from marketplace.core.money import Money
from marketplace.licensing.models import LicenceGrant, LicenceOffer
from marketplace.orders.models.discounts import DiscountCode


class Order(WithTax):
    """A buyer's order. ``state`` moves by conditional updates; PAID means that the licence is granted."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for payment")
        PROCESSING = "processing", _("Payment on its way")
        HELD = "held", _("Being checked")
        PAID = "paid", _("Paid")
        DECLINED = "declined", _("Payment failed")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")
        REFUND_DUE = "refund_due", _("Being refunded")
        REFUNDED = "refunded", _("Refunded")
        REFUND_FAILED = "refund_failed", _("Refund failed")

    class Refusal(models.TextChoices):
        SOLD_EXCLUSIVELY = "sold_exclusively", _("The work was sold exclusively to somebody else first.")
        HELD_BY_ANOTHER = (
            "held_by_another",
            _("The time to pay was over, and the licence is held for somebody else."),
        )
        HELD_EXCLUSIVELY = (
            "held_exclusively",
            _("Somebody has begun to buy the work exclusively. If they do not, you can buy it again."),
        )
        AMOUNT_DIFFERS = "amount_differs", _("The amount paid was not the order's amount.")
        NOT_ON_SALE = "not_on_sale", _("The work was taken off sale before the payment arrived.")
        NOT_ACCEPTED = "not_accepted", _("We could not accept this payment.")
        LICENSED_ALREADY = "licensed_already", _("You held this licence already.")
        OWN_WORK = "own_work", _("It is the artist's own work.")

    # These say something about the buyer's account: not for whoever only typed its address.
    ABOUT_THE_ACCOUNT = ("licensed_already", "own_work")
    # Nothing is decided yet: money may still come.
    UNDECIDED = ("open", "processing")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    buyer = models.ForeignKey(User, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    total_minor = models.PositiveBigIntegerField(help_text="minor units of the currency, without tax on top")
    price_tax = models.CharField(
        max_length=10,
        choices=PriceTax,
        blank=True,
        db_default="",
        help_text="how its prices were said, with tax or without; empty: no tax is computed",
    )
    checkout_session_id = models.CharField(max_length=255, blank=True, db_index=True)
    checkout_url = models.TextField(blank=True)
    payment_intent_id = models.CharField(max_length=255, blank=True, db_index=True)
    held_until = models.DateTimeField(null=True, blank=True, help_text="of an exclusive licence")
    pay_until = models.DateTimeField(help_text="when the checkout session is closed")
    declined_at = models.DateTimeField(null=True, blank=True, help_text="when a card was last declined")
    decline_code = models.CharField(max_length=60, blank=True, help_text="Stripe's word for why")
    refusal = models.CharField(max_length=32, choices=Refusal, blank=True)
    refund_id = models.CharField(max_length=255, blank=True)
    basket_key = models.CharField(
        max_length=64, blank=True, db_default="", help_text="SHA-256 of what was ordered, and how"
    )
    discount_code = models.ForeignKey(
        DiscountCode, on_delete=models.PROTECT, null=True, blank=True, related_name="orders"
    )
    club_month = models.ForeignKey(
        PlanMonth,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="orders",
        help_text="of the buyer's plan, which gave the licence",
    )
    made_as_guest = models.BooleanField(
        default=False, db_default=False, help_text="by somebody who had not signed in and typed the buyer's address"
    )
    consented_at = models.DateTimeField(
        null=True, blank=True, help_text="to delivery at once, with the loss of the right of withdrawal"
    )
    consent_wording = models.CharField(
        max_length=24, blank=True, db_default="", help_text="version and language of what was shown"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True, help_text="when it was paid, cancelled or expired")

    class Meta(WithTax.Meta):
        abstract = False
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        indexes = [
            models.Index(fields=["buyer", "-created_at"], name="orders_of_a_buyer"),
            models.Index(fields=["pay_until"], condition=models.Q(state="open"), name="open_orders_by_time"),
        ]
        constraints = [
            *WithTax.Meta.constraints,
            models.UniqueConstraint(
                fields=["checkout_session_id"],
                condition=~models.Q(checkout_session_id=""),
                name="one_order_per_checkout_session",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} {self.state}"

    def get_absolute_url(self) -> str:
        """The order's page, where the buyer returns after paying."""
        return f"/orders/{self.id}"

    @property
    def total(self) -> Money:
        """What the buyer is asked for; a tax may come on top."""
        return Money(self.total_minor, self.currency)

    @property
    def paid(self) -> Money:
        """What the buyer pays, with all tax."""
        return self.total + self.tax_added

    @property
    def is_by_stranger(self) -> bool:
        """Whether whoever made it had not signed in, and its buyer has an account: perhaps it is not hers."""
        return self.made_as_guest and not self.buyer.is_guest

    @property
    def giver_name(self) -> str:
        """Of a gift, from whom: nobody is named by whoever only typed her address."""
        return "" if self.made_as_guest else self.buyer.display_name

    @property
    def at_stake(self) -> Money:
        """What artists are paid of: what the buyer pays, and what a code of the platform's took off."""
        if self.discount_code_id is None or not self.is_discounted_by_platform:
            return self.paid
        added = sum(self.lines.values_list("discount_minor", flat=True))
        return self.paid + Money(added, self.currency)

    @property
    def is_discounted_by_platform(self) -> bool:
        """Whether the platform pays the artists what the buyer does not."""
        if self.club_month_id is not None:
            return True
        return self.discount_code is not None and self.discount_code.artist_id is None

    @property
    def reference(self) -> str:
        """How other rooms and Stripe name this order."""
        return f"order:{self.id}"


class OrderLine(WithTax):
    """One licence in an order, with the work's version and the price as they were at the click on Buy."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    offer = models.ForeignKey(LicenceOffer, on_delete=models.PROTECT, related_name="order_lines")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="order_lines")
    version = models.ForeignKey(WorkVersion, on_delete=models.PROTECT, related_name="order_lines")
    price_minor = models.PositiveBigIntegerField(help_text="what the buyer pays, after the discount")
    discount_minor = models.PositiveBigIntegerField(default=0, db_default=0, help_text="what a code took off")
    bundle = models.ForeignKey(
        "orders.Bundle", on_delete=models.PROTECT, null=True, blank=True, related_name="order_lines"
    )
    refusal = models.CharField(
        max_length=32,
        choices=Order.Refusal,
        blank=True,
        db_default="",
        help_text="why it was not granted while others were",
    )
    grant = models.OneToOneField(
        LicenceGrant, on_delete=models.PROTECT, null=True, blank=True, related_name="order_line"
    )

    class Meta(WithTax.Meta):
        abstract = False
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        constraints = [
            *WithTax.Meta.constraints,
            models.UniqueConstraint(fields=["order", "offer"], name="an_offer_once_per_order"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.offer_id}"

    @property
    def price(self) -> Money:
        """What the buyer is asked for this licence; a tax may come on top."""
        return Money(self.price_minor, self.currency)

    @property
    def paid(self) -> Money:
        """What the buyer pays for this licence, with all tax."""
        return self.price + self.tax_added

    @property
    def discount(self) -> Money:
        """What a code took off its price."""
        return Money(self.discount_minor, self.currency)

    @property
    def reference(self) -> str:
        """How licensing and the ledger name this line."""
        return f"order_line:{self.id}"
