"""Stripe's errors as ours: what may be tried again, and what must not.

The first line of each is what a person reads; ``facts["reason"]`` is Stripe's own sentence, for logs and artists.
"""

from marketplace.core.errors import Final, InvalidInput, Retryable


class StripeUnreachable(Retryable):
    """The payment service does not answer.

    Whether it did what we asked is not known: try again with the same idempotency key.
    """

    code = "stripe_unreachable"


class StripeFailedBefore(StripeUnreachable):
    """The payment service failed at this before, and answers so to every repetition for a day.

    It keeps a failure (a 500) under the idempotency key like any answer. Whether the work was done is not known: look
    for it by name, then ask under another key.
    """

    code = "stripe_failed_before"


class StripeBusy(Retryable):
    """The payment service is busy."""

    code = "stripe_busy"


class StripeRefused(Final):
    """The payment service refused this.

    ``facts["stripe_code"]`` is its word for why.
    """

    code = "stripe_refused"


class CardRefused(StripeRefused):
    """The card was declined, so nothing has changed.

    ``facts["stripe_code"]`` says whether the bank refused it, or wants its holder to confirm (authentication_required).
    """

    code = "card_refused"
    http_status = 402


class StripeObjectMissing(StripeRefused):
    """The payment service does not know this."""

    code = "stripe_object_missing"


class StripeKeyRefused(Retryable):
    """The payment service cannot be reached at present.

    It refused our key: nothing was done by this try, and it works again when the key does. Stripe's sentence names the
    key, so that it stands in the log alone.
    """

    code = "stripe_key_refused"


class SignatureInvalid(InvalidInput):
    """This message is not signed by the payment service, or is too old."""

    code = "signature_invalid"
