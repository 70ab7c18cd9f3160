"""How a viewer steers what she is shown. Rows carry the viewer's key (``recommendations.viewers``), as events do."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Tag, Work
from marketplace.core.ids import new_id

NOVELTY_IN_THE_MIDDLE = 50
DIVERSITY_AT_FIRST = 30
_percent = [MaxValueValidator(100)]


class FeedSettings(models.Model):
    """What a viewer has set. No row means all defaults."""

    class Consent(models.TextChoices):
        """Whether what she does may be kept under her pseudonym."""

        UNASKED = "unasked", _("Not answered yet")
        GIVEN = "given", _("Yes")
        REFUSED = "refused", _("No")

    viewer = models.CharField(max_length=64, primary_key=True)
    consent = models.CharField(max_length=8, choices=Consent, default=Consent.UNASKED, db_default="unasked")
    is_personal = models.BooleanField(
        default=True, db_default=True, help_text="off: the feed is made of popularity and freshness alone"
    )
    novelty = models.PositiveSmallIntegerField(
        default=NOVELTY_IN_THE_MIDDLE,
        db_default=NOVELTY_IN_THE_MIDDLE,
        validators=_percent,
        help_text="0: as near to her taste as can be, 100: as new to her as can be",
    )
    diversity = models.PositiveSmallIntegerField(
        default=DIVERSITY_AT_FIRST,
        db_default=DIVERSITY_AT_FIRST,
        validators=_percent,
        help_text="0: by relevance alone, 100: as unlike each other as can be",
    )
    taste_since = models.DateTimeField(null=True, blank=True, help_text="events before it no longer count")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("settings of a feed")
        verbose_name_plural = _("settings of feeds")
        constraints = [
            models.CheckConstraint(name="sliders_end_at_100", condition=Q(novelty__lte=100, diversity__lte=100))
        ]
        indexes = [
            models.Index(fields=["changed_at"], condition=Q(consent="refused"), name="refused_lately"),
        ]

    def __str__(self) -> str:
        return self.viewer[:12]


class HiddenWork(models.Model):
    """A work that the viewer does not want to see; what is like it comes less often."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    viewer = models.CharField(max_length=64)
    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="+")
    hidden_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("hidden work")
        verbose_name_plural = _("hidden works")
        constraints = [models.UniqueConstraint(fields=["viewer", "work"], name="a_work_is_hidden_once")]
        indexes = [models.Index(fields=["viewer", "-hidden_at"], name="hidden_last_first")]

    def __str__(self) -> str:
        return f"{self.viewer[:12]} hides {self.work_id}"


class Mute(models.Model):
    """An artist, a medium or a tag of which the viewer wants to see nothing: exactly one of the three."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    viewer = models.CharField(max_length=64)
    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    medium = models.CharField(max_length=16, choices=Work.Medium, blank=True, default="", db_default="")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+", null=True, blank=True)
    muted_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("mute")
        verbose_name_plural = _("mutes")
        constraints = [
            models.UniqueConstraint(
                fields=["viewer", "artist", "medium", "tag"], name="a_mute_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                name="a_mute_of_one_thing",
                condition=Q(artist__isnull=False, medium="", tag=None)
                | Q(artist=None, tag=None) & ~Q(medium="")
                | Q(artist=None, medium="", tag__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.viewer[:12]} mutes {self.artist_id or self.medium or self.tag_id}"


class TastePick(models.Model):
    """A tag that the viewer chose when she was asked what she likes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    viewer = models.CharField(max_length=64)
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="+")
    picked_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("chosen taste")
        verbose_name_plural = _("chosen tastes")
        constraints = [models.UniqueConstraint(fields=["viewer", "tag"], name="a_tag_is_picked_once")]

    def __str__(self) -> str:
        return f"{self.viewer[:12]} picked {self.tag_id}"
