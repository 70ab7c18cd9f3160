"""The consent without which a membership does not begin at once, in the words that the buyer sees.

Directive 2011/83/EU, Article 16(m), as for a licence: what is for members is delivered at once, so the right of
withdrawal ends with her prior express consent and her acknowledgement. The membership keeps version and language.
"""

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from marketplace.memberships.errors import MembershipConsentMissing

# Raised with every change of the words.
VERSION = "1"
WORDS = _(
    "Begin the membership at once. I know that I thereby lose my right to withdraw from it within 14 days; "
    "I can end it at any time with what is paid."
)


def given_consent(*, is_given: bool) -> str:
    """The wording as it was shown just now: version and language. Raises MembershipConsentMissing."""
    if not is_given:
        raise MembershipConsentMissing(
            gettext("Please agree that the membership begins at once."),
            way_out=gettext("Tick the box above the button; without it the membership may not begin."),
        )
    return f"{VERSION}/{get_language() or 'en'}"
