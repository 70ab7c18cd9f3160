"""Who has a share in what a work earns: collaborators on it, and the works that it was made from.

Shares are in basis points (10,000 are the whole). Rows are never deleted, and what was agreed never changes: the
triggers of this app's migration refuse it in the database.
"""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id

LEAST_SHARE = 100
MOST_SHARED = 9_000
MOST_OF_A_REMIX = 5_000


class WorkShare(models.Model):
    """A share in a work's sales that its artist offers to another. Another share is another row."""

    class State(models.TextChoices):
        OFFERED = "offered", _("Offered")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        ENDED = "ended", _("Ended")

    OPEN = (State.OFFERED, State.ACCEPTED)

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="shares")
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="shares_in_works")
    basis_points = models.PositiveSmallIntegerField(help_text="of what the sale leaves to its artist")
    state = models.CharField(max_length=10, choices=State, default=State.OFFERED)
    offered_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True, blank=True, help_text="accepted or declined")
    ended_at = models.DateTimeField(null=True, blank=True, help_text="no sale after this counts")

    class Meta:
        verbose_name = _("share in a work")
        verbose_name_plural = _("shares in works")
        constraints = [
            models.CheckConstraint(
                condition=Q(basis_points__gte=LEAST_SHARE, basis_points__lte=MOST_SHARED), name="a_share_is_in_range"
            ),
            models.UniqueConstraint(
                fields=["work", "artist"],
                condition=Q(state__in=["offered", "accepted"]),
                name="one_open_share_per_work_and_artist",
            ),
            models.CheckConstraint(
                condition=Q(state="offered", decided_at=None, ended_at=None)
                | Q(state__in=["accepted", "declined"], decided_at__isnull=False, ended_at=None)
                | Q(state="ended", ended_at__isnull=False),
                name="a_share_says_when",
            ),
        ]
        indexes = [models.Index(fields=["artist", "state"], name="shares_of_a_collaborator")]

    def __str__(self) -> str:
        return f"{self.artist_id} in {self.work_id}: {self.basis_points}"

    @property
    def percent(self) -> str:
        """The share as people read it: 12.5%."""
        return percent_of(self.basis_points)

    @property
    def is_open(self) -> bool:
        """Whether it is offered or counts."""
        return self.state in self.OPEN


class RemixTerms(models.Model):
    """What a work that is made from this one owes it, from the next publication on. No row: nothing."""

    work = models.OneToOneField(Work, on_delete=models.PROTECT, primary_key=True, related_name="remix_terms")
    basis_points = models.PositiveSmallIntegerField(help_text="of what a sale of the remix leaves to its artist")
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("share of remixes")
        verbose_name_plural = _("shares of remixes")
        constraints = [
            models.CheckConstraint(
                condition=Q(basis_points__lte=MOST_OF_A_REMIX), name="a_remix_keeps_half_of_what_it_earns"
            )
        ]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.basis_points}"

    @property
    def percent(self) -> str:
        """The share as people read it."""
        return percent_of(self.basis_points)


class LineageShare(models.Model):
    """What a work owes one that it was made from: the share that stood when it was published. Append-only.

    To another work of the same artist it owes nothing; the row leads on to what that one was made from.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    child = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="made_from")
    parent = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="remixes")
    basis_points = models.PositiveSmallIntegerField(help_text="of what a sale of the child leaves to its artist")
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("share of a parent")
        verbose_name_plural = _("shares of parents")
        constraints = [
            models.UniqueConstraint(fields=["child", "parent"], name="a_parent_once_per_work"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="no_work_is_its_own_parent"),
            models.CheckConstraint(
                condition=Q(basis_points__lte=MOST_OF_A_REMIX), name="a_parent_gets_no_more_than_half"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child_id} of {self.parent_id}: {self.basis_points}"

    @property
    def percent(self) -> str:
        """The share as people read it."""
        return percent_of(self.basis_points)


def percent_of(basis_points: int) -> str:
    """Basis points as people read them: 1250 is 12.5%."""
    return f"{basis_points / 100:g}%"
