"""Reads on risk: what people share, and what waits for a decision."""

from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from marketplace.accounts.models import User
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.risk.facts import OrderFacts, WelcomeFacts
from marketplace.risk.models import ArrivedPayment, DeclinedCard, Sighting, StrangersCheckout, Verdict

# What somebody was seen with before this says little about now.
RECENT = timedelta(days=1)
Kind = Sighting.Kind


def seen_with(person: User, kind: str, *, since: datetime | None = None) -> list[str]:
    """The networks, devices or cards of ``person``, the latest first; by default of the last day."""
    found = Sighting.objects.filter(person=person, kind=kind, last_at__gte=since or now() - RECENT)
    return list(found.order_by("-last_at").values_list("value", flat=True)[:20])


def people_seen_with(kind: str, values: Collection[str], *, since: datetime | None = None) -> set[UUID]:
    """Everybody who was seen with any of these (since a moment)."""
    found = Sighting.objects.filter(kind=kind, value__in=list(values))
    if since is not None:
        found = found.filter(last_at__gte=since)
    return set(found.values_list("person_id", flat=True))


def most_people_on_one(kind: str, values: Collection[str], *, since: datetime | None = None) -> int:
    """How many people were seen with the one of these that most were seen with; 1 where nothing is known."""
    found = Sighting.objects.filter(kind=kind, value__in=list(values))
    if since is not None:
        found = found.filter(last_at__gte=since)
    counts = found.order_by().values("value").annotate(people=Count("person")).values_list("people", flat=True)
    return max(counts, default=1)


def facts_of_payment(*, person: User, subject_ref: str, amount: Money, sellers: Collection[UUID]) -> OrderFacts:
    """What is known of a payment that has arrived. ``sellers``: the artists' people whose works it is for."""
    moment = now()
    this = ArrivedPayment.objects.filter(pk=subject_ref).first()
    recent = ArrivedPayment.objects.filter(at__gte=moment - timedelta(hours=1)).exclude(pk=subject_ref)

    def on(**shared: str) -> int:
        return recent.filter(**shared).count() + 1 if all(shared.values()) else 1

    day = moment - RECENT
    return OrderFacts(
        amount=amount,
        account_age_hours=(moment - person.date_joined).total_seconds() / 3600,
        orders_last_hour=recent.filter(person=person).count() + 1,
        orders_last_hour_on_network=on(network=this.network if this else ""),
        orders_last_hour_on_card=on(card=this.card if this else ""),
        declined_codes=declined_codes(person),
        people_on_card=most_people_on_one(Kind.CARD, [this.card] if this and this.card else []),
        people_on_device=most_people_on_one(Kind.DEVICE, seen_with(person, Kind.DEVICE)),
        people_on_network_today=most_people_on_one(Kind.NETWORK, seen_with(person, Kind.NETWORK), since=day),
        shared_with_artist=shared_kinds(person, sellers),
        risk_level=this.risk_level if this else "",
    )


def stranger_behind(subject_ref: str) -> StrangersCheckout | None:
    """Who began something with the address of an account without signing in; None where the account's person did."""
    return StrangersCheckout.objects.filter(pk=subject_ref).first()


def facts_of_stranger(stranger: StrangersCheckout, *, amount: Money, sellers: Collection[UUID]) -> OrderFacts:
    """What is known of a payment by somebody who bought with the address of an account without signing in: of that
    order alone, as of somebody who came a moment ago. Counts of people include her.
    """
    this = ArrivedPayment.objects.filter(pk=stranger.pk).first()
    card = this.card if this else ""
    hour = now() - timedelta(hours=1)
    others = StrangersCheckout.objects.filter(at__gte=hour, device=stranger.device).exclude(pk=stranger.pk)
    recent = ArrivedPayment.objects.filter(at__gte=hour).exclude(pk=stranger.pk)
    seen = {Kind.NETWORK: stranger.network, Kind.DEVICE: stranger.device, Kind.CARD: card}
    known = {kind: value for kind, value in seen.items() if value}
    of_sellers = Sighting.objects.filter(person__in=list(sellers))
    declined = DeclinedCard.objects.filter(subject_ref=stranger.pk).order_by("at")

    def people(kind: Sighting.Kind, since: datetime | None = None) -> int:
        return len(people_seen_with(kind, [known[kind]], since=since)) + 1 if kind in known else 1

    return OrderFacts(
        amount=amount,
        account_age_hours=0,
        orders_last_hour=others.count() + 1 if stranger.device else 1,
        orders_last_hour_on_network=recent.filter(network=stranger.network).count() + 1 if stranger.network else 1,
        orders_last_hour_on_card=recent.filter(card=card).count() + 1 if card else 1,
        declined_codes=tuple(declined.values_list("code", flat=True)[:50]),
        people_on_card=people(Kind.CARD),
        people_on_device=people(Kind.DEVICE),
        people_on_network_today=people(Kind.NETWORK, since=now() - RECENT),
        shared_with_artist=frozenset(
            kind.value for kind, value in known.items() if of_sellers.filter(kind=kind, value=value).exists()
        ),
        risk_level=this.risk_level if this else "",
    )


def shared_kinds(one: User, others: Collection[UUID]) -> frozenset[str]:
    """What ``one`` and any of the ``others`` were both seen with: kinds of sightings."""
    theirs = Sighting.objects.filter(person__in=list(others), kind=OuterRef("kind"), value=OuterRef("value"))
    shared = Sighting.objects.filter(Exists(theirs.exclude(person=one)), person=one)
    return frozenset(shared.order_by().values_list("kind", flat=True).distinct())


def declined_codes(person: User) -> tuple[str, ...]:
    """Why banks refused cards of ``person``'s within the last day, each time."""
    recent = DeclinedCard.objects.filter(person=person, at__gte=now() - RECENT)
    return tuple(recent.order_by("at").values_list("code", flat=True)[:50])


def welcomed_with(person: User, kind: str) -> int:
    """How many others had welcome credits judged within a day who share a network or device with ``person``."""
    values = seen_with(person, kind)
    others = people_seen_with(kind, values, since=now() - RECENT) - {person.pk}
    recent = Verdict.objects.filter(kind=Verdict.Kind.WELCOME, person__in=others, at__gte=now() - RECENT)
    return recent.count()


def facts_of_welcome(person: User) -> WelcomeFacts:
    """What is known of a person who has opened a storefront."""
    return WelcomeFacts(
        others_on_network=welcomed_with(person, Kind.NETWORK), others_on_device=welcomed_with(person, Kind.DEVICE)
    )


def verdict_on(subject_ref: str) -> Verdict | None:
    """The verdict on one thing, with its decision."""
    return Verdict.objects.select_related("decision").filter(subject_ref=subject_ref).first()


def waiting() -> QuerySet[Verdict]:
    """What is held and not decided, the most urgent first."""
    undecided = Q(outcome=Verdict.Outcome.HOLD, decision=None)
    return Verdict.objects.filter(undecided).select_related("person").order_by("decide_by")
