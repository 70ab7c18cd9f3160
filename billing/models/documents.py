"""Invoices and credit notes: numbered without a gap, written once, never changed (triggers of the migration)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.documents.facts import DocumentFacts, facts_from
from marketplace.core.ids import new_id
from marketplace.core.money import Money


class DocumentKind(models.TextChoices):
    """Each is a series of numbers of its own."""

    INVOICE = "invoice", _("Invoice")
    CREDIT_NOTE = "credit_note", _("Credit note")


# What stands before the year in a number, so that it is unique among all of the shop's documents.
SERIES = {DocumentKind.INVOICE: "INV", DocumentKind.CREDIT_NOTE: "CN"}


class DocumentCounter(models.Model):
    """The last number of a series in a year. It goes up by one in the transaction that writes the document."""

    kind = models.CharField(max_length=12, choices=DocumentKind)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "year"], name="one_counter_per_series_and_year")]

    def __str__(self) -> str:
        return f"{self.kind} {self.year}: {self.last}"


class Document(models.Model):
    """One invoice or credit note. ``frozen`` holds all that is printed, as it was when it was issued."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=12, choices=DocumentKind)
    year = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField(help_text="within its series and year, from 1, without a gap")
    object_ref = models.CharField(max_length=120, unique=True, help_text="the sale, refund or dispute; kind:id")
    about = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="credit_notes",
        help_text="of a credit note: the invoice that it takes back, in whole or in part",
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="documents")
    language = models.CharField(max_length=8, help_text="in which it is written")
    net_minor = models.BigIntegerField(help_text="minor units, without tax")
    tax_minor = models.BigIntegerField()
    currency = models.CharField(max_length=6)
    frozen = models.JSONField()
    issued_at = models.DateTimeField()

    class Meta:
        verbose_name = _("invoice or credit note")
        verbose_name_plural = _("invoices and credit notes")
        indexes = [models.Index(fields=["user", "-issued_at"], name="documents_of_a_person")]
        constraints = [
            models.UniqueConstraint(fields=["kind", "year", "number"], name="a_number_once"),
            models.CheckConstraint(condition=Q(number__gte=1), name="numbers_begin_with_one"),
            models.CheckConstraint(
                condition=Q(kind="invoice", about__isnull=True) | Q(kind="credit_note", about__isnull=False),
                name="a_credit_note_is_about_an_invoice",
            ),
        ]

    def __str__(self) -> str:
        return self.full_number

    def get_absolute_url(self) -> str:
        """Where it is downloaded."""
        return f"/invoices/{self.id}.pdf"

    @property
    def full_number(self) -> str:
        """As it is printed: series, year, number."""
        return f"{SERIES[DocumentKind(self.kind)]}-{self.year}-{self.number:06}"

    @property
    def is_credit_note(self) -> bool:
        """Whether it gives back."""
        return self.kind == DocumentKind.CREDIT_NOTE

    @property
    def net(self) -> Money:
        """Without tax."""
        return Money(self.net_minor, self.currency)

    @property
    def tax(self) -> Money:
        """The tax in it."""
        return Money(self.tax_minor, self.currency)

    @property
    def total(self) -> Money:
        """What was paid, or goes back."""
        return Money(self.net_minor + self.tax_minor, self.currency)

    @property
    def facts(self) -> DocumentFacts:
        """What is printed."""
        return facts_from(self.frozen)
