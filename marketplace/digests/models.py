"""Who wants which letters, and which were written with which works.

A letter's row is written, with its works, in the transaction that found them; a job then sends it. What a person was
told of stands here, so that no work is told twice.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id
from recommendations.models import SavedSearch


class MailWishes(models.Model):
    """The letters that a person chose beside those of her saved searches. Nobody gets one who did not."""

    reader = models.OneToOneField(User, on_delete=models.CASCADE, primary_key=True, related_name="mail_wishes")
    weekly = models.BooleanField(_("Every Monday: new works of artists you follow, and works for you"), default=False)
    weekly_since = models.DateTimeField(null=True, blank=True, help_text="what came before is no news")
    weekly_next_at = models.DateTimeField(null=True, blank=True)
    releases = models.BooleanField(_("Each day on which artists you follow publish something"), default=False)
    releases_since = models.DateTimeField(null=True, blank=True, help_text="what came before is no news")
    releases_next_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("letters wished for")
        verbose_name_plural = _("letters wished for")
        constraints = [
            models.CheckConstraint(
                name=f"{kind}_letters_have_a_date",
                condition=models.Q(**{kind: False, f"{kind}_next_at": None})
                | models.Q(**{kind: True, f"{kind}_next_at__isnull": False, f"{kind}_since__isnull": False}),
            )
            for kind in ("weekly", "releases")
        ]
        indexes = [
            models.Index(fields=["weekly_next_at"], condition=models.Q(weekly=True), name="weekly_letters_due"),
            models.Index(fields=["releases_next_at"], condition=models.Q(releases=True), name="release_letters_due"),
        ]

    def __str__(self) -> str:
        return str(self.reader_id)


class Digest(models.Model):
    """One letter of one kind to one person on one day; the database keeps it the only one.

    SENDING is written before the mail server is spoken to: a worker that dies between the two leaves a letter that
    nobody sends again, because it may have gone out.
    """

    class Kind(models.TextChoices):
        SEARCHES = "searches", _("Saved searches")
        WEEKLY = "weekly", _("Weekly letter")
        RELEASES = "releases", _("New works of followed artists")

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENDING = "sending", _("Being sent")
        SENT = "sent", _("Sent")
        DROPPED = "dropped", _("Not sent")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="digests")
    kind = models.CharField(max_length=12, choices=Kind)
    day = models.DateField(help_text="UTC")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    written_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("letter of news")
        verbose_name_plural = _("letters of news")
        constraints = [models.UniqueConstraint(fields=["reader", "kind", "day"], name="a_letter_of_a_kind_once_a_day")]
        indexes = [
            models.Index(fields=["written_at"], condition=models.Q(state="waiting"), name="letters_waiting"),
            models.Index(fields=["day"], name="letters_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.day}"

    @property
    def reference(self) -> str:
        """What its Message-ID begins with."""
        return f"digest-{self.pk.hex}"


class DigestWork(models.Model):
    """A work that a letter tells of, and why. A reader is told of a work once by letters of a kind."""

    class Section(models.TextChoices):
        SEARCH = "search", _("Found by a saved search")
        FOLLOWED = "followed", _("Of a followed artist")
        RECOMMENDED = "recommended", _("Recommended")

    id = models.BigAutoField(primary_key=True)
    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="told")
    reader = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Digest.Kind)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="+")
    section = models.CharField(max_length=12, choices=Section)
    search = models.ForeignKey(SavedSearch, null=True, on_delete=models.SET_NULL, related_name="+")
    because_of = models.ForeignKey(Work, null=True, on_delete=models.SET_NULL, related_name="+")
    place = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("work told of")
        verbose_name_plural = _("works told of")
        constraints = [models.UniqueConstraint(fields=["reader", "kind", "work"], name="a_work_is_told_once_by_a_kind")]

    def __str__(self) -> str:
        return f"{self.section} {self.work_id}"
