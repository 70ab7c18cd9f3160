"""What people did with works, and what they like at present."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.ids import new_id

LONGEST_DWELL_S = 600
LONGEST_QUERY = 120


class Event(models.Model):
    """Somebody did something with a work, an artist or the search. Append-only, partitioned by the month of
    ``happened_on`` (UTC); rows go when their viewer has them deleted, and when they are old.

    ``viewer`` is a pseudonym, the digest of an anonymous session or a key of one day (``recommendations.consent``),
    never an account's id. ``once_key`` says what the event is the only one of; the database keeps one event for each
    key and day.
    """

    class Kind(models.TextChoices):
        VIEWED = "viewed", _("Viewed")
        DWELT = "dwelt", _("Stayed on the page")
        LIKED = "liked", _("Liked")
        UNLIKED = "unliked", _("Like taken back")
        SAVED = "saved", _("Saved")
        UNSAVED = "unsaved", _("No longer saved")
        CARTED = "carted", _("Put into the cart")
        BOUGHT = "bought", _("Bought")
        HIDDEN = "hidden", _("Hidden")
        UNHIDDEN = "unhidden", _("Shown again")
        FOLLOWED = "followed", _("Artist followed")
        UNFOLLOWED = "unfollowed", _("Artist no longer followed")
        SEARCHED = "searched", _("Searched")
        CLICKED = "clicked", _("Opened from a list")

    class Surface(models.TextChoices):
        """The list in which a work was shown."""

        FOR_YOU = "for_you", _("For you")
        POPULAR = "popular", _("Popular now")
        NEW = "new", _("New")
        SIMILAR = "similar", _("Like this one")
        SEARCH = "search", _("Search")
        TAG = "tag", _("A tag’s page")
        STOREFRONT = "storefront", _("A storefront")
        FOLLOWING = "following", _("Artists you follow")
        GOES_WITH = "goes_with", _("Goes with this one")
        AFTER_PURCHASE = "after_purchase", _("After a purchase")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=16, choices=Kind)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="events", null=True, blank=True)
    artist = models.ForeignKey(
        Artist,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        db_index=False,
        help_text="of following alone",
    )
    viewer = models.CharField(max_length=64)
    once_key = models.CharField(max_length=160)
    surface = models.CharField(max_length=16, choices=Surface, blank=True, default="", db_default="")
    position = models.PositiveSmallIntegerField(null=True, blank=True, help_text="the place in that list, from 0")
    query = models.CharField(
        max_length=LONGEST_QUERY, blank=True, default="", db_default="", help_text="normalised words of a search"
    )
    seconds = models.PositiveSmallIntegerField(null=True, blank=True, help_text="how long the page was in sight")
    happened_at = models.DateTimeField()
    happened_on = models.DateField(help_text="the day of happened_at in UTC; chooses the partition")

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        constraints = [
            models.UniqueConstraint(fields=["once_key", "happened_on"], name="an_event_once"),
            models.CheckConstraint(
                name="an_event_has_its_object",
                condition=Q(kind="searched", work=None, artist=None) & ~Q(query="")
                | Q(kind__in=["followed", "unfollowed"], work=None, artist__isnull=False)
                | ~Q(kind__in=["searched", "followed", "unfollowed"]) & Q(work__isnull=False, artist=None),
            ),
            models.CheckConstraint(
                name="a_dwell_has_bounded_seconds",
                condition=Q(kind="dwelt", seconds__isnull=False, seconds__gte=1, seconds__lte=LONGEST_DWELL_S)
                | ~Q(kind="dwelt") & Q(seconds=None),
            ),
        ]
        indexes = [
            models.Index(fields=["viewer", "-happened_at"], name="events_of_a_viewer"),
            models.Index(fields=["work", "kind", "happened_at"], name="events_of_a_work"),
        ]

    def __str__(self) -> str:
        return f"{self.viewer[:12]} {self.kind} {self.work_id or self.artist_id or self.query}"


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


class Save(models.Model):
    """A work that a person keeps in her list, to find it again. Nobody else sees it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="saves")
    viewer = models.CharField(max_length=64)
    saved_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("saved work")
        verbose_name_plural = _("saved works")
        constraints = [models.UniqueConstraint(fields=["viewer", "work"], name="a_work_is_saved_once")]
        indexes = [models.Index(fields=["viewer", "-saved_at"], name="saved_last_first")]

    def __str__(self) -> str:
        return f"{self.viewer[:12]} keeps {self.work_id}"
