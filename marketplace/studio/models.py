"""What a generation job costs: fixed when it is ordered, so that a later price list changes no open order."""

from django.db import models

from generation.models import GenerationJob
from marketplace.core.ids import new_id


class GenerationCharge(models.Model):
    """The price of one job. The credits themselves are billing's, held under ``object_ref``."""

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
