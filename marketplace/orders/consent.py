"""The consent without which nothing is delivered at once, in the words that the buyer sees.

Directive 2011/83/EU, Article 16(m): the right of withdrawal ends where digital content is delivered with the consumer's
prior express consent and her acknowledgement that she thereby loses it. The order keeps this version and the language.
"""

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from marketplace.orders.basket import Consent
from marketplace.orders.errors import ConsentMissing

# Raised with every change of the words.
VERSION = "1"
WORDS = _(
    "Deliver the files at once. I know that I thereby lose my right to withdraw from the purchase within 14 days."
)

# Of an order of tips alone.
NOTHING_TO_DELIVER = Consent("none", "")


def given_consent(*, is_given: bool) -> Consent:
    """The consent as it was shown just now. Raises ConsentMissing."""
    if not is_given:
        raise ConsentMissing(
            _("Please agree to delivery at once."),  # type: ignore[arg-type]
            way_out=_("Tick the box above the button; without it we may not deliver."),  # type: ignore[arg-type]
        )
    return Consent(VERSION, get_language() or "en")
