"""The file behind a licence, by an address that works for minutes and for its holder's request only."""

from django.utils.text import slugify
from django.utils.translation import gettext as _

from marketplace.accounts.models import User
from marketplace.blobs import private_store
from marketplace.catalog.models import WorkFile
from marketplace.licensing.errors import LicenceEnded, NotYourLicence
from marketplace.licensing.models import LicenceEnding, LicenceGrant
from marketplace.orders.errors import FileNotThere

EXPIRES_S = 300
_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}


def check_holder(*, user: object, grant: LicenceGrant) -> None:
    """Raises NotYourLicence and LicenceEnded. A hidden or sold work changes nothing for those who hold a licence."""
    if not isinstance(user, User) or grant.holder_id != user.pk:
        raise NotYourLicence(_("This licence belongs to somebody else."), way_out=_("Look at your collection."))
    ending = LicenceEnding.objects.filter(grant=grant).first()
    if ending is not None:
        raise LicenceEnded(
            _("This licence has ended: %(reason)s.") % {"reason": ending.get_reason_display()},
            way_out=_("Write to us if you think that this is wrong."),
        )


def download_url(*, user: object, grant: LicenceGrant) -> str:
    """A signed address of the original, good for EXPIRES_S seconds.

    Raises NotYourLicence, LicenceEnded and FileNotThere.
    """
    check_holder(user=user, grant=grant)
    original = WorkFile.objects.filter(version=grant.version_id, role=WorkFile.Role.ORIGINAL).first()
    if original is None:
        raise FileNotThere(_("This work has no file to download."), way_out=_("Write to us; we will help."))
    name = slugify(grant.work.slug, allow_unicode=True) or "work"
    return private_store().signed_url(
        original.storage_key,
        expires_s=EXPIRES_S,
        filename=f"{name}-{grant.number}{_SUFFIXES.get(original.media_type, '')}",
        media_type=original.media_type,
    )
