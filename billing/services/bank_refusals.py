"""Payouts from an artist's account at Stripe to her bank that the bank did not take: nobody but us tells her."""

from django.db import transaction

from billing.gateway import BankPayout
from billing.models import BankRefusal, Payout, PayoutAccount
from marketplace.accounts.models import Artist
from marketplace.core.clock import now


@transaction.atomic
def note_bank_refusal(*, account_id: str, payout: BankPayout) -> None:
    """Her bank refused a payout: written down once, with a letter. Nothing happens where the account is no artist's."""
    from billing.tasks import tell_of_bank_refusal

    artist = _owner_of(account_id)
    if artist is None:
        return
    _row, is_new = BankRefusal.objects.get_or_create(
        stripe_payout_id=payout.id,
        defaults={
            "artist": artist,
            "amount_minor": payout.amount_minor,
            "currency": payout.currency,
            "code": payout.failure_code[:60],
            "begun_at": payout.created,
            "told_at": now(),
        },
    )
    if is_new:
        tell_of_bank_refusal.defer(stripe_payout_id=payout.id)


def note_bank_arrival(*, account_id: str, payout: BankPayout) -> None:
    """A payout has arrived at her bank: what was refused before it is mended, for Stripe sends that money again."""
    artist = _owner_of(account_id)
    if artist is not None:
        refused = BankRefusal.objects.filter(artist=artist, mended_at=None, begun_at__lt=payout.created)
        refused.exclude(pk=payout.id).update(mended_at=now())


def _owner_of(account_id: str) -> Artist | None:
    """Whose account it is, or was: a former one still pays out what is on its way."""
    account = PayoutAccount.objects.filter(stripe_account_id=account_id).select_related("artist").first()
    if account is not None:
        return account.artist
    paid = Payout.objects.filter(destination=account_id).select_related("artist").first()
    return paid.artist if paid is not None else None
