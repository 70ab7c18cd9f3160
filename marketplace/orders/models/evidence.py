"""The shop's answer to a dispute: what was gathered, what people add, and what became of it."""

from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from billing.models import Dispute
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.orders.models.orders import Order


class DisputeEvidence(models.Model):
    """One per dispute. It goes by itself at ``send_at``, or when an administrator says so; SENT is final."""

    class State(models.TextChoices):
        GATHERING = "gathering", _("Being gathered")
        READY = "ready", _("Ready to be sent")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent to the bank")
        CONCEDING = "conceding", _("Being conceded")
        CONCEDED = "conceded", _("Not contested")
        OVER = "over", _("Over before anything was sent")

    # In these people can add to it and choose what becomes of it.
    UNDECIDED = (State.GATHERING, State.READY)
    # In these a job has something to do.
    UNFINISHED = (State.GATHERING, State.SENDING, State.CONCEDING)

    dispute = models.OneToOneField(Dispute, on_delete=models.PROTECT, primary_key=True, related_name="answer")
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, blank=True, related_name="disputes")
    state = models.CharField(max_length=10, choices=State, default=State.GATHERING)
    send_at = models.DateTimeField(null=True, blank=True, help_text="when it goes by itself")
    fields = models.JSONField(default=dict, help_text="Stripe's text fields")
    file_key = models.CharField(max_length=255, blank=True, help_text="the document in the private store")
    file_sha256 = models.CharField(max_length=64, blank=True)
    sha256 = models.CharField(max_length=64, blank=True, help_text="of the fields and the document that are sent")
    stripe_file_id = models.CharField(max_length=120, blank=True)
    decided_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+", help_text="empty: it went by itself"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    gathered_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True, help_text="when it was sent, conceded or over")
    problem = models.CharField(max_length=500, blank=True, help_text="what Stripe said last, if it refused")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("answer to a dispute")
        verbose_name_plural = _("answers to disputes")
        indexes = [
            models.Index(fields=["send_at"], condition=Q(state="ready"), name="answers_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.dispute_id} {self.state}"

    @property
    def is_undecided(self) -> bool:
        """Whether people can still add to it."""
        return self.state in self.UNDECIDED

    @property
    def left(self) -> timedelta | None:
        """The time until the bank's deadline; None where Stripe names none."""
        due = self.dispute.evidence_due_by
        return None if due is None else max(due - now(), timedelta())

    @property
    def days_left(self) -> int | None:
        """Whole days until the bank's deadline."""
        return None if self.left is None else self.left.days


class EvidenceWords(models.Model):
    """What an artist or an administrator adds to an answer; each person has one text."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    evidence = models.ForeignKey(DisputeEvidence, on_delete=models.PROTECT, related_name="words")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    is_artist = models.BooleanField(help_text="she sold what is disputed; otherwise the shop speaks")
    text = models.TextField(max_length=4000)
    written_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["evidence", "author"], name="one_text_per_person")]

    def __str__(self) -> str:
        return f"{self.evidence_id}: {self.author_id}"
