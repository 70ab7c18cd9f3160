"""What may be done with a work: terms, offers, one rights row per work, holds, grants, endings."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Work, WorkVersion
from marketplace.core.ids import new_id
from marketplace.core.money import Money


class LicenceTerms(models.Model):
    """One version of a licence's wording. Immutable but for ``is_current``: buyers keep what they bought."""

    class Code(models.TextChoices):
        PERSONAL = "personal", _("Personal")
        COMMERCIAL = "commercial", _("Commercial")
        EXCLUSIVE = "exclusive", _("Exclusive")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=16, choices=Code)
    version = models.PositiveIntegerField(default=1)
    is_exclusive = models.BooleanField(default=False)
    is_current = models.BooleanField(default=True)
    name_en = models.CharField(max_length=60)
    name_zh = models.CharField(max_length=60)
    summary_en = models.CharField(max_length=200)
    summary_zh = models.CharField(max_length=200)
    can_en = ArrayField(models.CharField(max_length=200), default=list)
    can_zh = ArrayField(models.CharField(max_length=200), default=list)
    cannot_en = ArrayField(models.CharField(max_length=200), default=list)
    cannot_zh = ArrayField(models.CharField(max_length=200), default=list)
    text_en = models.TextField()
    text_zh = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("licence terms")
        verbose_name_plural = _("licence terms")
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="terms_versions_are_unique"),
            models.UniqueConstraint(
                fields=["code"], condition=models.Q(is_current=True), name="one_current_wording_per_licence"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    def _in_readers_language(self, field: str) -> str:
        suffix = "zh" if (get_language() or "").startswith("zh") else "en"
        return f"{field}_{suffix}"

    @property
    def name(self) -> str:
        """The licence's name in the reader's language."""
        return str(getattr(self, self._in_readers_language("name")))

    @property
    def summary(self) -> str:
        """One line in the reader's language."""
        return str(getattr(self, self._in_readers_language("summary")))

    @property
    def can(self) -> list[str]:
        """What the holder may do, in the reader's language."""
        return list(getattr(self, self._in_readers_language("can")))

    @property
    def cannot(self) -> list[str]:
        """What the holder may not do, in the reader's language."""
        return list(getattr(self, self._in_readers_language("cannot")))

    @property
    def text(self) -> str:
        """The full wording in the reader's language; paragraphs are separated by an empty line."""
        return str(getattr(self, self._in_readers_language("text")))


class LicenceOffer(models.Model):
    """A work under one licence at one price. A new price is a new offer: orders keep the one they saw."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="licence_offers")
    terms = models.ForeignKey(LicenceTerms, on_delete=models.PROTECT, related_name="offers")
    price_minor = models.PositiveBigIntegerField(help_text="minor units of the currency")
    currency = models.CharField(max_length=3, default="USD")
    suggested_minor = models.PositiveBigIntegerField(
        null=True, blank=True, help_text="pay what you want: the price is the least, this is what the artist suggests"
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("licence offer")
        verbose_name_plural = _("licence offers")
        constraints = [
            models.UniqueConstraint(
                fields=["work", "terms"],
                condition=models.Q(is_active=True),
                name="one_active_offer_per_licence",
            ),
            models.CheckConstraint(condition=models.Q(price_minor__gt=0), name="an_offer_has_a_price"),
            models.CheckConstraint(
                condition=models.Q(suggested_minor=None) | models.Q(suggested_minor__gte=models.F("price_minor")),
                name="a_suggestion_is_no_less_than_the_price",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.terms_id} of {self.work_id}: {self.price}"

    @property
    def price(self) -> Money:
        """What the buyer pays; the least, where she may choose."""
        return Money(self.price_minor, self.currency)

    @property
    def suggested(self) -> Money | None:
        """What the artist suggests where buyers may pay what they want; None where the price is the price."""
        return None if self.suggested_minor is None else Money(self.suggested_minor, self.currency)


class WorkRights(models.Model):
    """The row that every hold, grant and exclusive sale of a work locks first."""

    work = models.OneToOneField(Work, on_delete=models.PROTECT, primary_key=True, related_name="rights")
    sold_exclusively_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("rights in a work")
        verbose_name_plural = _("rights in works")

    def __str__(self) -> str:
        return str(self.work_id)


class LicenceHold(models.Model):
    """An exclusive licence kept for one open checkout; ended by a sale, a release or the time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="licence_holds")
    holder_ref = models.CharField(max_length=80, help_text="who holds it, e.g. order:<id>")
    until = models.DateTimeField()
    created_at = models.DateTimeField(auto_now_add=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("licence hold")
        verbose_name_plural = _("licence holds")
        constraints = [
            models.UniqueConstraint(
                fields=["work"], condition=models.Q(released_at=None), name="one_open_hold_per_work"
            ),
            models.CheckConstraint(
                condition=models.Q(until__gt=models.F("created_at")), name="a_hold_ends_after_it_begins"
            ),
        ]
        indexes = [models.Index(fields=["holder_ref"], name="holds_by_holder")]

    def __str__(self) -> str:
        return f"{self.holder_ref} holds {self.work_id}"


class LicenceGrant(models.Model):
    """A licence that somebody holds. Append-only, kept so by the database; LicenceEnding ends it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    number = models.CharField(max_length=20, unique=True)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="licence_grants")
    version = models.ForeignKey(WorkVersion, on_delete=models.PROTECT, related_name="licence_grants")
    offer = models.ForeignKey(LicenceOffer, on_delete=models.PROTECT, related_name="grants")
    terms = models.ForeignKey(LicenceTerms, on_delete=models.PROTECT, related_name="grants")
    # A copy of terms.is_exclusive, compared by the insert trigger, so that an index can refuse a second one.
    is_exclusive = models.BooleanField()
    holder = models.ForeignKey(User, on_delete=models.PROTECT, related_name="licence_grants")
    holder_name = models.CharField(max_length=120, help_text="as it stands on the certificate")
    order_line_ref = models.CharField(max_length=80, unique=True)
    price_minor = models.PositiveBigIntegerField()
    currency = models.CharField(max_length=3)
    granted_at = models.DateTimeField()

    class Meta:
        verbose_name = _("licence")
        verbose_name_plural = _("licences")
        constraints = [
            models.UniqueConstraint(
                fields=["work"], condition=models.Q(is_exclusive=True), name="one_exclusive_licence_per_work"
            ),
        ]
        indexes = [models.Index(fields=["holder", "-granted_at"], name="licences_of_a_buyer")]

    def __str__(self) -> str:
        return self.number

    @property
    def price(self) -> Money:
        """What was paid."""
        return Money(self.price_minor, self.currency)


class LicenceEnding(models.Model):
    """A licence came to an end. Append-only."""

    class Reason(models.TextChoices):
        REFUNDED = "refunded", _("Refunded")
        DISPUTED = "disputed", _("Payment disputed")
        BREACHED = "breached", _("Terms broken")
        REVERSED = "reversed", _("Taken back by Atelier")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    grant = models.OneToOneField(LicenceGrant, on_delete=models.PROTECT, related_name="ending")
    reason = models.CharField(max_length=16, choices=Reason)
    note = models.CharField(max_length=500, blank=True)
    ended_at = models.DateTimeField()

    class Meta:
        verbose_name = _("end of a licence")
        verbose_name_plural = _("ends of licences")

    def __str__(self) -> str:
        return f"{self.grant_id} {self.reason}"
