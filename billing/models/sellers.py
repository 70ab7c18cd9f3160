"""What an artist declares before she is paid the first time (Regulation (EU) 2022/2065, Article 30(1))."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.core.ids import new_id


class SellerDeclaration(models.Model):
    """What was declared, when and by whom; the newest counts. Append-only, kept so by the database."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="seller_declarations")
    is_trader = models.BooleanField(help_text="sells in the course of a business or profession (Article 3(f))")
    trade_register = models.CharField(
        max_length=200, blank=True, help_text="the register and the number in it, where a trader stands in one"
    )
    wording = models.PositiveSmallIntegerField(help_text="which wording of the self-certification was agreed to")
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = _("seller's declaration")
        verbose_name_plural = _("sellers' declarations")
        indexes = [models.Index(fields=["artist", "-declared_at"], name="declarations_of_artist")]

    def __str__(self) -> str:
        return f"{self.artist} {self.declared_at:%Y-%m-%d}"
