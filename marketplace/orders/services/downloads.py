"""The file behind a licence, by an address that works for minutes and for its holder's request only; each is logged."""

from datetime import timedelta

from django.conf import settings
from django.utils.text import slugify
from django.utils.translation import gettext as _

from billing.models import Dispute
from marketplace.accounts.addresses import Visit
from marketplace.accounts.models import User
from marketplace.blobs import private_store
from marketplace.catalog.models import WorkFile
from marketplace.core.clock import now
from marketplace.licensing.errors import LicenceEnded, NotYourLicence
from marketplace.licensing.models import LicenceEnding, LicenceGrant
from marketplace.orders.errors import FileNotThere
from marketplace.orders.models import Download, SentLetter

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


def download_url(*, user: object, grant: LicenceGrant, visit: Visit = Visit()) -> str:  # noqa: B008 - frozen
    """A signed address of the original, good for EXPIRES_S seconds; who was given it, and when, is written down.

    Raises NotYourLicence, LicenceEnded and FileNotThere.
    """
    check_holder(user=user, grant=grant)
    original = WorkFile.objects.filter(version=grant.version_id, role=WorkFile.Role.ORIGINAL).first()
    if original is None:
        raise FileNotThere(_("This work has no file to download."), way_out=_("Write to us; we will help."))
    Download.objects.create(
        grant=grant, file_sha256=original.sha256, network=visit.network, user_agent=visit.user_agent
    )
    name = slugify(grant.work.slug, allow_unicode=True) or "work"
    return private_store().signed_url(
        original.storage_key,
        expires_s=EXPIRES_S,
        filename=f"{name}-{grant.number}{_SUFFIXES.get(original.media_type, '')}",
        media_type=original.media_type,
    )


def forget_old_records() -> int:
    """Delete downloads and letters that are older than DOWNLOAD_LOG_DAYS; answers how many.

    Those of an order whose payment a bank disputes stay until that is decided.
    """
    before = now() - timedelta(days=settings.CONFIGURATION.download_log_days)
    payments = Dispute.objects.exclude(status__in=Dispute.ENDED).values("payment_ref")
    downloads = Download.objects.filter(at__lt=before).exclude(grant__order_line__order__payment_intent_id__in=payments)
    letters = SentLetter.objects.filter(at__lt=before).exclude(order__payment_intent_id__in=payments)
    return downloads.delete()[0] + letters.delete()[0]
