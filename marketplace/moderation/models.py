"""Reports by visitors, decisions of moderators, appeals of artists, and the trail of it all."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id


class Decision(models.Model):
    """What a moderator decided about a work, and why. Append-only, kept so by the database."""

    class Action(models.TextChoices):
        HIDE = "hide", _("Hide the work")
        DISMISS = "dismiss", _("Dismiss the reports")
        RESTORE = "restore", _("Show the work again")
        UPHOLD = "uphold", _("Keep the work hidden")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="moderation_decisions")
    moderator = models.ForeignKey(User, on_delete=models.PROTECT, related_name="moderation_decisions")
    action = models.CharField(max_length=16, choices=Action)
    reason = models.TextField(max_length=2000)
    decided_at = models.DateTimeField()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes = [models.Index(fields=["work", "-decided_at"], name="decisions_on_a_work")]

    def __str__(self) -> str:
        return f"{self.get_action_display()} ({self.decided_at:%Y-%m-%d})"

    def get_absolute_url(self) -> str:
        """The notice that the artist reads."""
        return f"/moderation/notices/{self.id}"


class Report(models.Model):
    """Somebody, perhaps without an account, says that something is wrong with a work."""

    class Reason(models.TextChoices):
        COPYRIGHT = "copyright", _("It copies somebody's work or brand")
        PERSON = "person", _("It shows a real person without consent")
        SEXUAL = "sexual", _("Sexual content, or content involving minors")
        HATEFUL = "hateful", _("Hateful or violent content")
        MISLEADING = "misleading", _("The title, tags or origin are misleading")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        UPHELD = "upheld", _("Upheld")
        DISMISSED = "dismissed", _("Dismissed")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="reports_made")
    # A keyed hash of the sender's address, or the pseudonym: counts reports without keeping who sent them.
    source_key = models.CharField(max_length=64)
    reason = models.CharField(max_length=16, choices=Reason)
    details = models.TextField(max_length=2000, blank=True)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="reports")
    reported_at = models.DateTimeField()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        indexes = [
            models.Index(fields=["work", "state"], name="reports_on_a_work"),
            models.Index(fields=["source_key", "-reported_at"], name="reports_from_a_source"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["work", "source_key"],
                condition=models.Q(state="open"),
                name="one_open_report_per_work_and_source",
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.reason}"


class Appeal(models.Model):
    """The artist disagrees with a decision to hide; one per decision, decided once."""

    class State(models.TextChoices):
        OPEN = "open", _("Waiting for a moderator")
        GRANTED = "granted", _("Granted: the work is shown again")
        REJECTED = "rejected", _("Rejected: the work stays hidden")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="appeal")
    text = models.TextField(max_length=4000)
    state = models.CharField(max_length=16, choices=State, default=State.OPEN)
    appealed_at = models.DateTimeField()
    outcome = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, blank=True, related_name="appeal_answered"
    )

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.state}"


class AuditEntry(models.Model):
    """Who did what in moderation, when. Append-only, kept so by the database."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    happened_at = models.DateTimeField()
    actor_pseudonym = models.UUIDField(null=True, blank=True, help_text="empty for somebody without an account")
    event = models.CharField(max_length=40)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="moderation_trail")
    object_ref = models.CharField(max_length=80)
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("entry of the audit trail")
        verbose_name_plural = _("audit trail")
        indexes = [models.Index(fields=["work", "happened_at"], name="audit_trail_of_a_work")]

    def __str__(self) -> str:
        return f"{self.happened_at:%Y-%m-%d %H:%M} {self.event}"


class ReportedWork(Work):
    """A work as the moderators' queue shows it."""

    class Meta:
        proxy = True
        verbose_name = _("reported work")
        verbose_name_plural = _("queue of reports")
