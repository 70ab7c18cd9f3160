"""What is listed (a work), in which words, in which version, with which files and tags.

Nothing here assumes a picture: a file has a role and a media type.
"""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.catalog.audiences import Audience, access_of
from marketplace.core.clock import now
from marketplace.core.ids import new_id


class WorkQuerySet(models.QuerySet["Work"]):
    """Who may see which works."""

    def listed(self) -> "WorkQuerySet":
        """Works that the shop shows to everybody: published, not hidden, not sold exclusively."""
        return self.filter(status=Work.Status.LISTED, sold_exclusively=False)

    def reachable(self) -> "WorkQuerySet":
        """Works that have a page, also where they can no longer be bought."""
        return self.filter(status=Work.Status.LISTED)

    def open_to(self, viewer: object) -> "WorkQuerySet":
        """Works that ``viewer`` (a person, an Access, or nobody) may see and buy, as far as their audience goes.

        An Access that is handed on keeps the answers about clubs and memberships.
        """
        return self.filter(access_of(viewer).condition())

    def not_for_everyone(self) -> "WorkQuerySet":
        """Works that are, or were first, for some."""
        return self.exclude(audience=Audience.EVERYONE)


class Work(models.Model):
    """A work as it is listed. Its price stands in licensing's offers, its words in WorkText."""

    class Medium(models.TextChoices):
        IMAGE = "image", _("Image")
        ANIMATION = "animation", _("Animation")
        VIDEO = "video", _("Video")
        MUSIC = "music", _("Music")
        TEXT = "text", _("Text")
        PANORAMA = "panorama", _("Panorama")
        MODEL_3D = "model_3d", _("3D asset")

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        LISTED = "listed", _("Listed")
        UNLISTED = "unlisted", _("Taken down by the artist")
        HIDDEN = "hidden", _("Hidden by moderation")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    artist = models.ForeignKey(Artist, on_delete=models.PROTECT, related_name="works")
    slug = models.SlugField(max_length=100, allow_unicode=True)
    medium = models.CharField(max_length=16, choices=Medium, default=Medium.IMAGE)
    status = models.CharField(max_length=16, choices=Status, default=Status.DRAFT)
    status_before_hiding = models.CharField(
        max_length=16,
        choices=Status,
        blank=True,
        default="",
        db_default="",
        help_text="where an appeal that is granted brings the work back to",
    )
    # Written by licensing's sale of an exclusive licence, in the same transaction; read by every list.
    sold_exclusively = models.BooleanField(default=False)
    audience = models.CharField(
        max_length=12, choices=Audience, default=Audience.EVERYONE, db_default=Audience.EVERYONE.value
    )
    public_from = models.DateTimeField(null=True, blank=True, help_text="for the club first: then for everybody")
    members_level = models.PositiveSmallIntegerField(
        default=1, db_default=1, help_text="for members: the lowest tier that opens it; 1 is every tier"
    )
    language = models.CharField(max_length=8, choices=settings.LANGUAGES, default="en")
    made_by_model = models.CharField(max_length=80, blank=True, help_text="name and version; empty for an upload")
    created_at = models.DateTimeField(auto_now_add=True)
    published_at = models.DateTimeField(null=True, blank=True)
    tags: models.ManyToManyField["Tag", "WorkTag"] = models.ManyToManyField(
        "Tag", through="WorkTag", related_name="works"
    )

    objects = WorkQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["status", "-published_at"], name="works_newest_first"),
            models.Index(fields=["artist", "-published_at"], name="works_of_artist"),
            models.Index(fields=["status"], condition=~Q(audience=Audience.EVERYONE), name="works_for_some"),
        ]
        constraints = [
            models.CheckConstraint(
                name="club_first_until_a_moment",
                condition=Q(audience=Audience.CLUB_FIRST, public_from__isnull=False)
                | (~Q(audience=Audience.CLUB_FIRST) & Q(public_from=None)),
            ),
            models.CheckConstraint(name="members_levels_begin_at_one", condition=Q(members_level__gte=1)),
        ]

    def __str__(self) -> str:
        return self.slug

    def get_absolute_url(self) -> str:
        """The work's page; the slug is for people, the id finds it."""
        return f"/works/{self.id}/{self.slug}"

    @property
    def is_open_to_all(self) -> bool:
        """Whether its audience is everybody at this moment; the same as a stranger's condition in a query."""
        if self.audience == Audience.CLUB_FIRST:
            return self.public_from is not None and self.public_from <= now()
        return self.audience == Audience.EVERYONE


class WorkText(models.Model):
    """A work's title and description in one language."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE, related_name="texts")
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    title = models.CharField(max_length=140)
    description = models.TextField(max_length=4000, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["work", "language"], name="one_text_per_language")]

    def __str__(self) -> str:
        return self.title


class WorkVersion(models.Model):
    """One state of a work's files; buyers keep the version that they bought."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    work = models.ForeignKey(Work, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    is_current = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["work", "number"], name="version_numbers_are_unique"),
            models.UniqueConstraint(fields=["work"], condition=models.Q(is_current=True), name="one_current_version"),
        ]

    def __str__(self) -> str:
        return f"{self.work_id} v{self.number}"


class WorkFile(models.Model):
    """An immutable, content-addressed file of a version."""

    class Role(models.TextChoices):
        ORIGINAL = "original", _("Original")
        PREVIEW = "preview", _("Preview")
        THUMBNAIL = "thumbnail", _("Thumbnail")
        MANIFEST = "manifest", _("Manifest")
        RESTORATION_RECORD = "record", _("Record of the restoration")
        RESTORATION_OVERLAY = "overlay", _("Overlay of the restoration")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(WorkVersion, on_delete=models.PROTECT, related_name="files")
    role = models.CharField(max_length=16, choices=Role)
    media_type = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64, db_index=True)
    size_bytes = models.PositiveBigIntegerField()
    storage_key = models.CharField(max_length=200)
    width = models.PositiveIntegerField(null=True, blank=True, help_text="pixels, where it has a width")
    height = models.PositiveIntegerField(null=True, blank=True, help_text="pixels, where it has a height")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "role", "media_type", "width"], name="one_file_per_role_type_width"
            )
        ]
        indexes = [models.Index(fields=["storage_key"], name="files_by_key")]

    def __str__(self) -> str:
        return f"{self.role} {self.media_type}"


class Tag(models.Model):
    """A word of the shop's vocabulary, one in all languages. ``concept`` ties it to what models were taught."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=60, unique=True, allow_unicode=True)
    concept = models.CharField(max_length=60, blank=True, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.slug


class TagLabel(models.Model):
    """A tag's word in one language; synonyms are further labels that are not preferred."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="labels")
    language = models.CharField(max_length=8, choices=settings.LANGUAGES)
    label = models.CharField(max_length=60, db_index=True)
    preferred = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["language", "label"], name="a_label_means_one_tag"),
            models.UniqueConstraint(
                fields=["tag", "language"], condition=Q(preferred=True), name="one_preferred_label"
            ),
        ]

    def __str__(self) -> str:
        return self.label


class WorkTag(models.Model):
    """A tag on a work."""

    work = models.ForeignKey(Work, on_delete=models.CASCADE)
    tag = models.ForeignKey(Tag, on_delete=models.PROTECT)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["work", "tag"], name="a_tag_once_per_work")]

    def __str__(self) -> str:
        return f"{self.work_id} {self.tag_id}"
