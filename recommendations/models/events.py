"""What people did with works, and what they like at present."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id


class Event(models.Model):
    """Somebody saw, liked or bought a work, or followed an artist. Append-only.

    Partitioned by the month of ``happened_on`` (UTC).

    ``viewer`` is a pseudonym or the digest of an anonymous session, never an account's id. ``once_key`` says what
    the event is the only one of; the database keeps one event for each key and day.
    """

    class Kind(models.TextChoices):
        VIEWED = "viewed", _("Viewed")
        LIKED = "liked", _("Liked")
        UNLIKED = "unliked", _("Like taken back")
        BOUGHT = "bought", _("Bought")
        FOLLOWED = "followed", _("Artist followed")
        UNFOLLOWED = "unfollowed", _("Follow taken back")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    work = models.ForeignKey(Work, null=True, on_delete=models.PROTECT, related_name="events")
    artist = models.ForeignKey(
        Artist,
        null=True,
        db_index=False,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="of what is done to an artist",
    )
    viewer = models.CharField(max_length=64)
    once_key = models.CharField(max_length=160)
    happened_at = models.DateTimeField()
    happened_on = models.DateField(help_text="the day of happened_at in UTC; chooses the partition")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["once_key", "happened_on"], name="an_event_once"),
            models.CheckConstraint(
                name="an_event_is_about_something",
                condition=models.Q(work__isnull=False) | models.Q(artist__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["viewer", "-happened_at"], name="events_of_a_viewer"),
            models.Index(fields=["work", "kind", "happened_at"], name="events_of_a_work"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer[:12]} {self.kind} {self.work_id or self.artist_id}"


class Like(models.Model):
    """A work that a person likes at present. The events tell when it was liked and no longer liked."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="likes")
    viewer = models.CharField(max_length=64)
    liked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("like")
        verbose_name_plural = _("likes")
        constraints = [models.UniqueConstraint(fields=["viewer", "work"], name="a_work_is_liked_once")]

    def __str__(self) -> str:
        return f"{self.viewer[:12]} likes {self.work_id}"
