"""What the shop knows of the queue beside its jobs: its clock, its workers, and what administrators decided."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from generation.models.jobs import GenerationJob
from marketplace.accounts.models import User
from marketplace.core.ids import new_id


class QueueClock(models.Model):
    """One row: the virtual second that the queue's priority 0 stands for (`services.fair_order`)."""

    ONLY = 1

    id = models.PositiveSmallIntegerField(primary_key=True, default=ONLY)
    base = models.FloatField(default=0.0)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="the_queue_has_one_clock")]

    def __str__(self) -> str:
        return f"{self.base:.0f} s"


class WorkerReport(models.Model):
    """What a generation worker last said of itself, through the database's function ``report_worker``."""

    worker = models.CharField(primary_key=True, max_length=120)
    reported_at = models.DateTimeField()
    report: "models.JSONField[dict[str, Any], dict[str, Any]]" = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("generation worker")
        verbose_name_plural = _("generation: workers, queue and failures")

    def __str__(self) -> str:
        return self.worker


class ParkedDecision(models.Model):
    """What an administrator did with a job that was set aside. Append-only, kept so by the database."""

    class Action(models.TextChoices):
        READ_PROMPT = "read_prompt", _("opened the prompt")
        TRY_AGAIN = "try_again", _("tried it again")
        GIVE_UP = "give_up", _("gave it up")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    job = models.ForeignKey(GenerationJob, on_delete=models.PROTECT, related_name="decisions")
    administrator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="parked_decisions")
    action = models.CharField(max_length=16, choices=Action)
    decided_at = models.DateTimeField()

    class Meta:
        ordering = ["-decided_at"]

    def __str__(self) -> str:
        return f"{self.decided_at:%Y-%m-%d %H:%M} {self.action}"


class ParkedJob(GenerationJob):
    """A job that was set aside, as the administrators' list shows it."""

    class Meta:
        proxy = True
        verbose_name = _("job that was set aside")
        verbose_name_plural = _("jobs set aside")
