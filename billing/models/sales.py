"""A sale of a licence as the artist sees it: gross, fee, her share, and when it can be paid out."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from billing.models.ledger import AccountKind, Reason
from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id
from marketplace.core.money import Money


class Sale(models.Model):
    """One sold order line, as people read it. The ledger's transactions name it by ``line_ref``.

    A sale may bring rows that are ``part_of`` it: the discount that the platform pays its artist, what the platform
    gives of its fee to whoever referred the buyer, and what goes from her share to others. They go back as it does, in
    proportion.

    ``gross_minor`` is all that was paid for it, with tax. Of that ``deducted_minor`` is not the artist's: the tax, what
    goes on to others, and the platform's fee.
    """

    class Kind(models.TextChoices):
        SALE = "sale", _("Sale")
        PROMOTION = "promotion", _("Discount paid by Atelier")
        REFERRAL = "referral", _("Referral")
        ROYALTY = "royalty", _("Royalty")

    class State(models.TextChoices):
        PENDING = "pending", _("In the holding time")
        AVAILABLE = "available", _("Available")
        REFUNDED = "refunded", _("Refunded")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    order_ref = models.CharField(max_length=120, db_index=True)
    line_ref = models.CharField(max_length=120, unique=True)
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.SALE, db_default=Kind.SALE)
    part_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="parts")
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="sales")
    work = models.ForeignKey(Work, on_delete=models.PROTECT, null=True, blank=True, related_name="sales")
    gross_minor = models.PositiveBigIntegerField()
    deducted_minor = models.PositiveBigIntegerField(
        db_column="fee_minor", help_text="of the gross, not hers: fee, tax and royalties"
    )
    tax_minor = models.PositiveBigIntegerField(default=0, db_default=0, help_text="of what is deducted")
    royalty_minor = models.PositiveBigIntegerField(
        default=0, db_default=0, help_text="of what is deducted, for others who have a share in the work"
    )
    refunded_minor = models.PositiveBigIntegerField(default=0, db_default=0, help_text="of the gross, so far")
    deducted_refunded_minor = models.PositiveBigIntegerField(
        default=0, db_default=0, db_column="fee_refunded_minor", help_text="of what is deducted, in proportion"
    )
    tax_refunded_minor = models.PositiveBigIntegerField(default=0, db_default=0, help_text="of the tax, in proportion")
    disputed_minor = models.PositiveBigIntegerField(default=0, db_default=0, help_text="of the gross, undecided now")
    held_minor = models.PositiveBigIntegerField(default=0, db_default=0, help_text="of her share, in reserve for it")
    currency = models.CharField(max_length=6)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    available_at = models.DateTimeField(help_text="end of the holding time")
    created_at = models.DateTimeField(auto_now_add=True)
    refunded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["available_at"], condition=Q(state="pending"), name="sales_still_pending"),
            models.Index(fields=["artist", "-created_at"], name="sales_of_artist"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(deducted_minor__lte=F("gross_minor")), name="fee_within_gross"),
            models.CheckConstraint(
                condition=Q(deducted_minor__gte=F("tax_minor") + F("royalty_minor")), name="fee_not_below_nothing"
            ),
            models.CheckConstraint(condition=Q(tax_refunded_minor__lte=F("tax_minor")), name="tax_refund_within_tax"),
            models.CheckConstraint(condition=Q(refunded_minor__lte=F("gross_minor")), name="refund_within_gross"),
            models.CheckConstraint(
                condition=Q(
                    disputed_minor__lte=F("gross_minor") - F("refunded_minor"), held_minor__lte=F("disputed_minor")
                ),
                name="dispute_within_what_is_left",
            ),
            models.UniqueConstraint(
                fields=["part_of", "kind"], condition=~Q(kind="royalty"), name="one_part_of_a_kind_per_sale"
            ),
            models.UniqueConstraint(
                fields=["part_of", "artist"], condition=Q(kind="royalty"), name="one_royalty_of_an_artist_per_sale"
            ),
            models.CheckConstraint(
                condition=Q(kind="sale", part_of=None) | (~Q(kind="sale") & Q(part_of__isnull=False)),
                name="a_part_is_of_a_sale",
            ),
            models.CheckConstraint(
                condition=Q(deducted_refunded_minor__lte=F("deducted_minor")), name="fee_refund_within_fee"
            ),
        ]

    def __str__(self) -> str:
        return self.line_ref

    @property
    def paid_from(self) -> AccountKind:
        """Whose money it is: the buyer's at Stripe, or the platform's."""
        return _PAID_FROM[Sale.Kind(self.kind)]

    @property
    def sold_because(self) -> Reason:
        """How the ledger calls what it brought."""
        return Reason(self.kind)

    @property
    def gross(self) -> Money:
        """What the buyer paid, with tax."""
        return Money(self.gross_minor, self.currency)

    @property
    def taxable(self) -> Money:
        """What the buyer paid, without tax."""
        return Money(self.gross_minor - self.tax_minor, self.currency)

    @property
    def fee(self) -> Money:
        """The platform's share."""
        return Money(self.deducted_minor - self.tax_minor - self.royalty_minor, self.currency)

    @property
    def tax(self) -> Money:
        """What is owed to the authorities."""
        return Money(self.tax_minor, self.currency)

    @property
    def royalties(self) -> Money:
        """What goes to others who have a share in the work."""
        return Money(self.royalty_minor, self.currency)

    @property
    def net(self) -> Money:
        """The artist's share of what was sold."""
        return Money(self.gross_minor - self.deducted_minor, self.currency)

    @property
    def refunded(self) -> Money:
        """What the buyer got back."""
        return Money(self.refunded_minor, self.currency)

    @property
    def left(self) -> Money:
        """What of the gross has neither gone back nor is disputed."""
        return Money(self.gross_minor - self.refunded_minor - self.disputed_minor, self.currency)

    @property
    def net_free(self) -> Money:
        """The artist's share after refunds, but for what disputes hold."""
        return self.net_left - Money(self.held_minor, self.currency)

    @property
    def net_left(self) -> Money:
        """The artist's share after refunds, with what disputes hold."""
        given_back = self.refunded_minor - self.deducted_refunded_minor
        return Money(self.gross_minor - self.deducted_minor - given_back, self.currency)


_PAID_FROM = {
    Sale.Kind.SALE: AccountKind.CASH_AT_STRIPE,
    Sale.Kind.PROMOTION: AccountKind.PROMOTIONAL_COST,
    Sale.Kind.REFERRAL: AccountKind.PLATFORM_FEES,
    Sale.Kind.ROYALTY: AccountKind.ROYALTIES_DUE,
}
