"""A person, and the storefront that a person may open."""

from typing import ClassVar
from uuid import uuid4

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _

from marketplace.core.ids import new_id

MODERATORS = "moderators"


class Users(BaseUserManager["User"]):
    """Makes people; an e-mail is kept as written and is unique without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=email, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: object) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signed up. ``pseudonym`` is what events and logs carry in place of the id."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    display_name = models.CharField(_("name"), max_length=80, blank=True)
    language = models.CharField(max_length=8, choices=settings.LANGUAGES, default="en")
    pseudonym = models.UUIDField(default=uuid4, unique=True, editable=False)
    is_staff = models.BooleanField(default=False)
    is_guest = models.BooleanField(
        default=False, db_default=False, help_text="bought or was given something, and has set no password yet"
    )
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = Users()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="one_account_per_email",
                violation_error_message=_("There is an account with this e-mail address already."),
            )
        ]

    def __str__(self) -> str:
        return self.display_name or self.email

    @property
    def is_moderator(self) -> bool:
        """Whether this person may decide on reports."""
        return self.is_active and (self.is_superuser or self.groups.filter(name=MODERATORS).exists())


class Artist(models.Model):
    """A storefront: the name under which a person sells. One per person."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="artist")
    handle = models.CharField(
        _("address of the storefront"),
        max_length=40,
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9-]{1,38}[a-z0-9]$",
                _("Use 3 to 40 small letters, digits and hyphens, with a letter or digit at both ends."),
            )
        ],
    )
    name = models.CharField(_("name of the storefront"), max_length=80)
    bio = models.TextField(_("about you"), max_length=2000, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                Lower("handle"),
                name="one_storefront_per_handle",
                violation_error_message=_("Another storefront has this address."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The storefront's page."""
        return f"/@{self.handle}"


class Follow(models.Model):
    """A person follows an artist at present. Who followed when, also in the past, stands in the events."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    follower = models.ForeignKey(User, on_delete=models.CASCADE, related_name="follows")
    artist = models.ForeignKey(Artist, on_delete=models.CASCADE, related_name="followers")
    followed_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        constraints = [models.UniqueConstraint(fields=["follower", "artist"], name="an_artist_is_followed_once")]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.artist_id}"
