"""Connected accounts of artists, the hosted onboarding, and transfers to them."""

from datetime import timedelta
from typing import Any

from billing.gateway.client import again, client, done_once, options, translated
from billing.gateway.errors import StripeFailedBefore
from billing.gateway.facts import ConnectAccount, Transfer, TransferReversal, id_of
from marketplace.core.clock import now
from marketplace.core.money import Money

# A day, and some more for clocks that differ.
_KEYS_ARE_KEPT = timedelta(days=2)


def create_connect_account(
    *, email: str, storefront_url: str, metadata: dict[str, str], idempotency_key: str
) -> ConnectAccount:
    """Make an account that can receive transfers; Stripe asks the artist for the rest on its own pages.

    The requirements are ours to collect (docs/decisions/0015): of other accounts Stripe tells neither the address nor
    whether it knows a tax number.
    """
    params: Any = {
        "controller": {
            "requirement_collection": "application",
            "losses": {"payments": "application"},
            "fees": {"payer": "application"},
            "stripe_dashboard": {"type": "none"},
        },
        "email": email,
        "capabilities": {"transfers": {"requested": True}},
        "business_profile": {"url": storefront_url, "product_description": "Digital art"},
        "metadata": metadata,
    }
    return done_once(
        lambda key: _create_account(params, key), idempotency_key, find=lambda: _account_made_of_late(metadata)
    )


def _create_account(params: Any, idempotency_key: str) -> ConnectAccount:
    with translated():
        answer = client().v1.accounts.create(params, options(idempotency_key))
    return ConnectAccount.from_stripe(answer.to_dict())


def _account_made_of_late(metadata: dict[str, str]) -> ConnectAccount | None:
    """An account with such metadata, made while its key was kept; none of the former kind, which others replace."""
    params: Any = {"limit": 100, "created": {"gte": int((now() - _KEYS_ARE_KEPT).timestamp())}}
    with translated():
        for account in client().v1.accounts.list(params).auto_paging_iter():
            found = account.to_dict()
            if (found.get("metadata") or {}) == metadata and ConnectAccount.from_stripe(found).tells_identity:
                return ConnectAccount.from_stripe(found)
    return None


def retrieve_connect_account(account_id: str) -> ConnectAccount:
    """The account as it is now."""
    with translated():
        answer = client().v1.accounts.retrieve(account_id)
    return ConnectAccount.from_stripe(answer.to_dict())


def create_onboarding_link(*, account_id: str, return_url: str, refresh_url: str) -> str:
    """The address of the hosted onboarding; good once, for minutes. Stripe calls ``refresh_url`` when it is
    stale.
    """
    params: Any = {
        "account": account_id,
        "return_url": return_url,
        "refresh_url": refresh_url,
        "type": "account_onboarding",
        # Also what Stripe wants later only: a tax number is needed before the first payout.
        "collection_options": {"fields": "eventually_due"},
    }
    with translated():
        return client().v1.account_links.create(params).url


def create_transfer(
    *, amount: Money, destination: str, group: str, metadata: dict[str, str], idempotency_key: str
) -> Transfer:
    """Move money from the platform's balance to a connected account; ``group`` finds it again.

    Raises StripeRefused, e.g. with ``stripe_code`` balance_insufficient.
    """
    params: Any = {
        "amount": amount.amount_minor,
        "currency": amount.currency.lower(),
        "destination": destination,
        "transfer_group": group,
        "metadata": metadata,
    }
    try:
        return _create_transfer(params, idempotency_key)
    except StripeFailedBefore:
        return transfer_in_group(group) or _create_transfer(params, again(idempotency_key))


def _create_transfer(params: Any, idempotency_key: str) -> Transfer:
    with translated():
        answer = client().v1.transfers.create(params, options(idempotency_key))
    return _transfer(answer.to_dict())


def transfer_in_group(group: str) -> Transfer | None:
    """The transfer that was made under ``group``; None where there is none."""
    params: Any = {"transfer_group": group, "limit": 1}
    with translated():
        found = client().v1.transfers.list(params).data
    return _transfer(found[0].to_dict()) if found else None


def reversals_of(transfer_id: str) -> list[TransferReversal]:
    """All that was taken back of a transfer, each with what it took."""
    params: Any = {"limit": 100}
    with translated():
        found = [one.to_dict() for one in client().v1.transfers.reversals.list(transfer_id, params).auto_paging_iter()]
    return [TransferReversal(one["id"], Money(one["amount"], one["currency"].upper())) for one in found]


def _transfer(transfer: dict[str, Any]) -> Transfer:
    return Transfer(
        id=transfer["id"],
        amount=Money(transfer["amount"], transfer["currency"].upper()),
        destination=id_of(transfer["destination"]) or "",
        reversed=bool(transfer["reversed"]),
    )
