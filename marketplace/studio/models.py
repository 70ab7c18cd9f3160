"""What a generation job costs, and what administrators decide on prices, plans and shares of the workers."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from billing.models import Plan
from generation.models import GenerationJob, GenerationModel
from marketplace.core.ids import new_id
from marketplace.studio.grids.models import EarlierTry, GridCell, PictureGrid


class GenerationCharge(models.Model):
    """The price of one job, fixed when it is ordered: a later price list changes no open order.

    The credits themselves are billing's, held under ``object_ref``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.OneToOneField(GenerationJob, on_delete=models.PROTECT, related_name="charge")
    credits_per_picture = models.PositiveIntegerField()
    credits_held = models.PositiveIntegerField()
    credits_spent = models.PositiveIntegerField(null=True, help_text="Empty until the job has ended.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(credits_spent__isnull=True) | models.Q(credits_spent__lte=models.F("credits_held")),
                name="never_more_spent_than_held",
            )
        ]

    def __str__(self) -> str:
        return self.object_ref

    @property
    def object_ref(self) -> str:
        """What the ledger calls this job."""
        return f"job:{self.job_id}"


class ModelTerms(models.Model):
    """What pictures of an image model cost, and who may order them. A model without terms costs 1 and is for all."""

    model = models.OneToOneField(GenerationModel, on_delete=models.CASCADE, related_name="terms")
    credits_per_picture = models.DecimalField(
        _("credits"),
        max_digits=7,
        decimal_places=2,
        default=Decimal(1),
        validators=[MinValueValidator(Decimal("0.01"))],
        help_text=_("For a picture of 256 × 256 pixels and 20 steps; others in proportion, rounded up."),
    )
    plans = models.ManyToManyField(
        Plan, blank=True, related_name="+", help_text=_("Who may use it: subscribers to these plans; none: everybody.")
    )

    class Meta:
        verbose_name = _("price and plans")
        verbose_name_plural = _("price and plans")

    def __str__(self) -> str:
        return f"{self.credits_per_picture}"


class PlanShare(models.Model):
    """How large a share of the workers the subscribers to a plan get, against 1 for people without a plan."""

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="+")
    weight = models.DecimalField(
        _("share"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.1")), MaxValueValidator(Decimal(100))],
        help_text=_("4: while all wait, four seconds of work for each second of somebody without a plan."),
    )

    class Meta:
        verbose_name = _("share of a plan")
        verbose_name_plural = _("shares of the plans")

    def __str__(self) -> str:
        return f"{self.plan}: {self.weight}"


__all__ = ["EarlierTry", "GenerationCharge", "GridCell", "ModelTerms", "PictureGrid", "PlanShare"]
