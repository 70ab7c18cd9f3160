"""Closing a hosted checkout that nobody is to pay any more."""

from billing import gateway
from billing.gateway import StripeObjectMissing, StripeRefused


def close_checkout(session_id: str) -> bool:
    """Expire a checkout; answers whether it is closed without having been paid."""
    try:
        return gateway.expire_checkout(session_id).status == "expired"
    except StripeObjectMissing:
        return True
    except StripeRefused:
        return gateway.retrieve_checkout(session_id).status == "expired"
