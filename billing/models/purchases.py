"""Credit packs bought: at a checkout, or by themselves when few credits are left."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models.plans import CreditPack
from billing.models.taxes import WithTax
from marketplace.core.ids import new_id
from marketplace.core.money import Money


class CreditPurchase(WithTax):
    """One checkout of a credit pack, or one automatic charge for it."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for payment")
        PAID = "paid", _("Paid")
        EXPIRED = "expired", _("Not paid in time")
        FAILED = "failed", _("Payment refused")
        HELD = "held", _("Payment being checked")
        REFUSED = "refused", _("Payment not accepted")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="credit_purchases")
    pack = models.ForeignKey(CreditPack, on_delete=models.PROTECT, related_name="purchases")
    credits = models.PositiveIntegerField()
    price_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=6)
    price_tax = models.CharField(
        max_length=10,
        blank=True,
        default="",
        db_default="",
        help_text="inclusive, exclusive; empty: no tax is computed",
    )
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    is_automatic = models.BooleanField(default=False, db_default=False)
    failure = models.CharField(max_length=60, blank=True, default="", db_default="", help_text="Stripe's word")
    # For an automatic one: kept before the charge, so that a repetition is the same request to the letter.
    payment_method_id = models.CharField(max_length=80, blank=True, default="", db_default="")
    tax_calculation_id = models.CharField(max_length=120, blank=True, default="", db_default="")
    checkout_session_id = models.CharField(max_length=120, blank=True, db_index=True)
    payment_intent_id = models.CharField(max_length=120, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True, blank=True)

    class Meta(WithTax.Meta):
        abstract = False
        constraints = [
            *WithTax.Meta.constraints,
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(is_automatic=True, state="open"),
                name="one_automatic_purchase_at_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack_id} {self.state}"

    @property
    def is_open(self) -> bool:
        """Whether its payment has not been settled; one that expired can still be paid by money that came late."""
        return self.state not in {self.State.PAID, self.State.HELD, self.State.REFUSED}

    @property
    def price(self) -> Money:
        """What was asked for it; a tax may come on top."""
        return Money(self.price_minor, self.currency)

    @property
    def paid(self) -> Money:
        """What is paid for it, with all tax."""
        return self.price + self.tax_added

    @property
    def reference(self) -> str:
        """How the ledger and Stripe name it."""
        return f"purchase:{self.id}"


class AutomaticTopUp(models.Model):
    """What a person agreed to: buy ``pack`` when fewer than ``threshold`` credits are left, up to a sum a month."""

    class Stopped(models.TextChoices):
        BY_PERSON = "by_person", _("You switched it off")
        CARD_DECLINED = "card_declined", _("Your card was declined")
        AUTHENTICATION = "authentication", _("Your bank wants you to confirm such payments yourself")
        NO_CARD = "no_card", _("There is no saved card")
        NO_ADDRESS = "no_address", _("We need your country for the tax: give it with your billing details")
        NOT_FOR_SALE = "not_for_sale", _("The pack is not sold any more")
        NOT_ACCEPTED = "not_accepted", _("We could not accept the payment")
        DEARER = "dearer", _("The pack costs more than you agreed to")

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="automatic_top_up"
    )
    pack = models.ForeignKey(CreditPack, on_delete=models.PROTECT, related_name="+")
    threshold = models.PositiveIntegerField(help_text="credits")
    price_minor = models.PositiveBigIntegerField(help_text="of the pack when she agreed; a dearer one is not bought")
    ceiling_minor = models.PositiveBigIntegerField(help_text="per calendar month (UTC), in the pack's currency")
    is_on = models.BooleanField(default=True)
    agreed_at = models.DateTimeField(help_text="when the person agreed to be charged without being asked again")
    agreed_to = models.TextField(help_text="the sentence that she agreed to, as she read it")
    card_label = models.CharField(max_length=40, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    stopped_because = models.CharField(max_length=16, choices=Stopped, blank=True)

    def __str__(self) -> str:
        return f"{self.user_id} {'on' if self.is_on else 'off'}"

    @property
    def ceiling(self) -> Money:
        """The most that is charged in a calendar month."""
        return Money(self.ceiling_minor, self.pack.currency)
