"""How somebody without an account comes to her order: by a signed address, sent to her and to nobody else."""

from uuid import UUID

from django.conf import settings
from django.core import signing

from marketplace.accounts.models import User
from marketplace.orders.models import Order

_SALT = "marketplace.orders.guests"


def order_address(order: Order, *, reader: User) -> str:
    """The address of an order's page for a letter to ``reader``: with a key where she has no account to sign in to."""
    path = order.get_absolute_url() if reader.pk == order.buyer_id else f"/gifts/{order.pk}"
    address = f"{settings.BASE_URL}{path}"
    return f"{address}?key={key_of(order.pk, reader)}" if reader.is_guest else address


def key_of(order_id: UUID, reader: User) -> str:
    """A key to one order for one person; it ends with the server's secret."""
    return signing.dumps([str(order_id), str(reader.pk)], salt=_SALT)


def reader_by_key(order_id: UUID, key: str) -> User | None:
    """Whose key it is; None for a wrong one, and for somebody who has an account by now (she signs in)."""
    try:
        named, reader_id = signing.loads(key, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return None
    if named != str(order_id):
        return None
    return User.objects.filter(pk=reader_id, is_guest=True, is_active=True).first()
