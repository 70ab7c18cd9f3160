"""Writing down who was seen with what; often, at once, and in any order."""

from collections.abc import Collection
from datetime import datetime, timedelta
from ipaddress import ip_network
from unicodedata import normalize

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

from marketplace.accounts.addresses import Visit
from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.risk.models import ArrivedPayment, DeclinedCard, Sighting, StrangersCheckout
from marketplace.risk.selectors import seen_with, stranger_behind

Kind = Sighting.Kind
_OF_PAYOUTS = (Kind.PAYOUT, Kind.IDENTITY)


def note_visit(*, person: User, visit: Visit) -> None:
    """``person`` came from a network and with a device. A network that is not public says nothing about people."""
    if network := _telling_network(visit):
        _note(person, Kind.NETWORK, network)
    if visit.device:
        _note(person, Kind.DEVICE, visit.device)


def note_stranger(*, subject_ref: str, visit: Visit) -> None:
    """Somebody buys with the address of an account without having signed in; once per subject. From here on what is
    seen of that purchase is not that account's.
    """
    row = StrangersCheckout(
        subject_ref=subject_ref, network=_telling_network(visit)[:64], device=visit.device[:64], at=now()
    )
    StrangersCheckout.objects.bulk_create([row], ignore_conflicts=True)


def _telling_network(visit: Visit) -> str:
    return visit.network if visit.network and ip_network(visit.network).is_global else ""


@transaction.atomic
def note_payment(*, person: User, subject_ref: str, card: str, risk_level: str, made_as_guest: bool = False) -> None:
    """A payment arrived, once per subject. ``card``: Stripe's fingerprint; ``risk_level``: Radar's word, or nothing.
    ``made_as_guest``: by somebody who had not signed in; a stranger's (`note_stranger`) is nobody's.

    In Stripe's test mode everybody shares the same few cards, so they tell nothing.
    """
    if not _tells_people_apart():
        card = ""
    stranger = stranger_behind(subject_ref) if made_as_guest else None
    if card and stranger is None:
        _note(person, Kind.CARD, card)
    networks = seen_with(person, Kind.NETWORK) if stranger is None else [stranger.network]
    row = ArrivedPayment(
        subject_ref=subject_ref,
        person=person if stranger is None else None,
        card=card[:64],
        network=networks[0] if networks else "",
        risk_level=risk_level[:20],
        at=now(),
    )
    ArrivedPayment.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def note_payout_facts(*, person: User, destinations: Collection[str], legal_name: str, birth_date: str) -> None:
    """Who ``person`` is at Stripe Connect and where her money goes, as it is now. ``destinations``: fingerprints of
    bank accounts and cards; ``birth_date``: ISO, empty where Stripe tells none (then a name alone tells nothing).

    Kept as keyed digests only. What was before stays for FRAUD_MEMORY_DAYS. In Stripe's test mode everybody shares the
    same few bank accounts and answers, so they tell nothing.
    """
    if not _tells_people_apart():
        return
    found = {(Kind.PAYOUT, _digest("payout", one)) for one in destinations if one}
    name = " ".join(normalize("NFKC", legal_name).casefold().split())
    if name and birth_date:
        found.add((Kind.IDENTITY, _digest("identity", f"{name}|{birth_date}")))
    for kind, value in sorted(found):
        _note(person, kind, value)
    former = Sighting.objects.filter(person=person, kind__in=_OF_PAYOUTS, last_at__lt=_remembered_since())
    former.exclude(value__in=[value for _kind, value in found]).delete()


def _digest(purpose: str, value: str) -> str:
    return salted_hmac(f"risk.{purpose}", value, algorithm="sha256").hexdigest()


def _tells_people_apart() -> bool:
    """Whether cards and bank accounts are real ones."""
    is_test = settings.CONFIGURATION.stripe_secret_key.startswith(("sk_test_", "rk_test_"))
    return not is_test or settings.CONFIGURATION.fraud_counts_test_cards


def _remembered_since() -> datetime:
    return now() - timedelta(days=settings.CONFIGURATION.fraud_memory_days)


def _note(person: User, kind: str, value: str) -> None:
    at = now()
    Sighting.objects.bulk_create(
        [Sighting(person=person, kind=kind, value=value[:64], first_at=at, last_at=at)],
        update_conflicts=True,
        unique_fields=["person", "kind", "value"],
        update_fields=["last_at"],
    )


def note_declined_card(*, person: User, code: str, event_ref: str, subject_ref: str = "") -> None:
    """A bank refused a card of ``person``'s; once per event. ``subject_ref``: what was to be paid; a stranger's
    (`note_stranger`) counts there and not against the person.
    """
    row = DeclinedCard(event_ref=event_ref[:120], person=person, code=code[:60], at=now())
    if subject_ref and stranger_behind(subject_ref) is not None:
        row.person, row.subject_ref = None, subject_ref[:160]
    DeclinedCard.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def forget_old_sightings() -> int:
    """Delete what is older than FRAUD_MEMORY_DAYS; answers how many. Whom the shop pays out to it goes on knowing."""
    before = _remembered_since()
    seen = Sighting.objects.filter(last_at__lt=before).exclude(kind__in=_OF_PAYOUTS).delete()[0]
    paid = ArrivedPayment.objects.filter(at__lt=before).delete()[0]
    seen += StrangersCheckout.objects.filter(at__lt=before).delete()[0]
    return seen + paid + DeclinedCard.objects.filter(at__lt=before).delete()[0]
