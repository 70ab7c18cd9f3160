"""What an artist's bank did not take, and why, in words."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from billing.models import BankRefusal
from marketplace.accounts.models import Artist

_WORDS: dict[str, Promise] = {
    "account_closed": _("The bank account is closed."),
    "account_frozen": _("The bank account is frozen."),
    "bank_account_restricted": _("The bank account does not take payments of this kind."),
    "bank_ownership_changed": _("The bank account is no longer valid, for its bank has changed hands."),
    "debit_not_authorized": _("The bank account does not take payments of this kind."),
    "incorrect_account_holder_name": _("The name of the account's holder is another one."),
    "invalid_account_number": _("There is no such account number."),
    "invalid_currency": _("The bank account is not in this currency."),
    "no_account": _("There is no such bank account."),
}
_NO_WORDS = _("The bank has not said why.")


def newest_bank_refusal(artist: Artist) -> BankRefusal | None:
    """The newest payout that ``artist``'s bank did not take, until a later one arrives; None where there is none."""
    return BankRefusal.objects.filter(artist=artist, mended_at=None).order_by("-begun_at", "pk").first()


def refusal_in_words(refusal: BankRefusal) -> str:
    """Why, as far as Stripe tells."""
    return str(_WORDS.get(refusal.code, _NO_WORDS))
