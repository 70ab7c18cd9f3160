"""What a person wants on her invoices."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class BillingDetails(models.Model):
    """A buyer's name and address for invoices. An invoice keeps what stood here when it was written."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, primary_key=True, related_name="billing_details"
    )
    name = models.CharField(_("name or company"), max_length=120)
    street = models.CharField(_("street and number"), max_length=120, blank=True)
    more = models.CharField(_("more of the address"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("town"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, validators=[RegexValidator(r"^[A-Z]{2}$")])
    vat_id = models.CharField(_("VAT id"), max_length=24, blank=True)
    vat_id_checked_at = models.DateTimeField(null=True, blank=True, help_text="when its form was found right")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("billing details")
        verbose_name_plural = _("billing details")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(vat_id="") | models.Q(vat_id_checked_at__isnull=False),
                name="a_vat_id_was_checked",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def address(self) -> tuple[str, ...]:
        """In lines, without the name and the country."""
        town = f"{self.postcode} {self.city}".strip()
        return tuple(filter(None, (self.street, self.more, town)))
