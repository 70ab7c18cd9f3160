"""The links that end letters without signing in. They hold for as long as the server's secret does: a reader may come
back to an old letter."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from marketplace.digests.errors import UnsubscribeLinkWrong
from marketplace.digests.models import Digest

_SALT = "marketplace.digests.unsubscribing"


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """What a link ends: one kind of letters to one person, or those of one saved search."""

    reader_id: UUID
    kind: str
    search_id: UUID | None = None

    @property
    def token(self) -> str:
        """Signed, so that nobody can end another person's letters."""
        named = [str(self.reader_id), self.kind, str(self.search_id) if self.search_id else ""]
        return signing.dumps(named, salt=_SALT)

    @property
    def url(self) -> str:
        """The address for a letter."""
        return f"{settings.BASE_URL}{reverse('unsubscribe', args=[self.token])}"


def unsubscription_of(token: str) -> Unsubscription:
    """What ``token`` ends. Raises UnsubscribeLinkWrong."""
    try:
        reader_id, kind, search_id = signing.loads(token, salt=_SALT)
        return Unsubscription(UUID(reader_id), Digest.Kind(kind).value, UUID(search_id) if search_id else None)
    except (signing.BadSignature, ValueError) as error:
        raise UnsubscribeLinkWrong from error


def one_click_headers(unsubscription: Unsubscription) -> dict[str, str]:
    """RFC 8058: the mail program's own button ends the letters by one POST."""
    return {
        "List-Unsubscribe": f"<{unsubscription.url}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
