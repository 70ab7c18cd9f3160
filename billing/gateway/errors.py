"""Stripe's errors as ours: what may be tried again, and what must not."""

from marketplace.core.errors import Final, InvalidInput, Retryable


class StripeUnreachable(Retryable):
    """Stripe did not answer; whether it did what we asked is not known. Try again with the same key."""

    code = "stripe_unreachable"


class StripeBusy(Retryable):
    """Stripe asked us to come back later."""

    code = "stripe_busy"


class StripeRefused(Final):
    """Stripe refused. ``facts["stripe_code"]`` is its own word for why, ``facts["reason"]`` its sentence."""

    code = "stripe_refused"


class StripeObjectMissing(StripeRefused):
    """Stripe knows no such object."""

    code = "stripe_object_missing"


class StripeKeyRefused(Final):
    """Stripe refused our key."""

    code = "stripe_key_refused"


class SignatureInvalid(InvalidInput):
    """The webhook is not signed by Stripe, or too old."""

    code = "signature_invalid"
