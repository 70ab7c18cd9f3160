"""An artist's connected account: made once, completed on Stripe's page, its state copied from Stripe."""

from django.conf import settings
from django.db import transaction

from billing import gateway
from billing.errors import ObjectNotKnownYet
from billing.models import PayoutAccount
from billing.selectors import declaration_of, is_trader
from marketplace.accounts.models import Artist
from marketplace.core.clock import now
from marketplace.risk.services import note_payout_facts

# Where a connected account's metadata names the artist.
ARTIST_KEY = "artist"


def onboard_artist(*, artist: Artist, return_url: str, refresh_url: str) -> str:
    """The address where ``artist`` gives Stripe what it needs to pay her; the account is made when first needed.

    An account of the former kind, of which Stripe tells us too little to pay anybody, is replaced by a new one.
    """
    account = PayoutAccount.objects.filter(artist=artist).first()
    if account is None:
        made = _make_account(artist, idempotency_key=f"connect:{artist.pk}")
        PayoutAccount.objects.bulk_create([PayoutAccount(artist=artist, stripe_account_id=made)], ignore_conflicts=True)
    elif not gateway.retrieve_connect_account(account.stripe_account_id).tells_identity:
        _replace(
            account, _make_account(artist, idempotency_key=f"connect:{artist.pk}:after:{account.stripe_account_id}")
        )
    account = PayoutAccount.objects.get(artist=artist)
    return gateway.create_onboarding_link(
        account_id=account.stripe_account_id, return_url=return_url, refresh_url=refresh_url
    )


def _make_account(artist: Artist, *, idempotency_key: str) -> str:
    made = gateway.create_connect_account(
        email=artist.user.email,
        storefront_url=f"{settings.BASE_URL}{artist.get_absolute_url()}",
        metadata={ARTIST_KEY: str(artist.pk)},
        idempotency_key=idempotency_key,
    )
    return made.id


def _replace(former: PayoutAccount, made: str) -> None:
    """Payouts that are on their way still go to the former account: each carries its destination."""
    PayoutAccount.objects.filter(pk=former.pk, stripe_account_id=former.stripe_account_id).update(
        stripe_account_id=made,
        details_submitted=False,
        transfers_active=False,
        payouts_enabled=False,
        requirements_due=[],
        requirements_deadline=None,
        disabled_reason="",
        refreshed_at=None,
    )


def is_replaced(stripe_account_id: str, *, artist_id: str) -> bool:
    """Whether the artist has another account by now, so that this one says nothing any more."""
    return PayoutAccount.objects.filter(artist_id=artist_id).exclude(stripe_account_id=stripe_account_id).exists()


@transaction.atomic
def copy_payout_account(stripe_account_id: str) -> PayoutAccount:
    """Copy an account's state from Stripe, read while our row is locked; who it belongs to counts when she buys.

    Raises ObjectNotKnownYet.
    """
    row = PayoutAccount.objects.select_for_update(no_key=True).filter(stripe_account_id=stripe_account_id).first()
    if row is None:
        raise ObjectNotKnownYet(account=stripe_account_id)
    found = gateway.retrieve_connect_account(stripe_account_id)
    row.details_submitted = found.details_submitted
    row.transfers_active = found.transfers_active
    row.payouts_enabled = found.payouts_enabled
    row.requirements_due = list(found.requirements_due)
    row.requirements_deadline = found.requirements_deadline
    row.disabled_reason = found.disabled_reason
    _copy_identity(row, found)
    row.refreshed_at = now()
    row.save()
    note_payout_facts(
        person=row.artist.user,
        destinations=found.destinations,
        legal_name=found.name if found.birth_date else "",
        birth_date=found.birth_date,
    )
    return row


def _copy_identity(row: PayoutAccount, found: gateway.ConnectAccount) -> None:
    """Whether Stripe knows who she is; of a trader also what buyers must be shown, of nobody else."""
    row.business_type, row.country = found.business_type, found.country
    row.has_name, row.has_address, row.has_tax_id = bool(found.name), bool(found.address), found.has_tax_id
    is_shown = is_trader(row, declaration_of(row.artist))
    row.trader_name = found.name[:200] if is_shown else ""
    row.trader_address = "\n".join(found.address) if is_shown else ""
    row.trader_phone = found.phone[:40] if is_shown else ""
    row.trader_email = found.email[:254] if is_shown else ""
