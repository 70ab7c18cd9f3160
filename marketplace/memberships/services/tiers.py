"""An artist's tiers: made, described anew, priced anew, closed and opened. Stripe hears of one when somebody joins."""

from dataclasses import dataclass
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from billing.models import Interval
from marketplace.accounts.models import Artist
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.memberships.errors import LevelTaken, TierInvalid, TierNotFound
from marketplace.memberships.models import Tier, TierPrice
from marketplace.memberships.models.tiers import LONGEST_DESCRIPTION, LONGEST_NAME, MOST_TIERS

# In minor units: Stripe refuses less than about half a dollar, and more than 999,999.99.
LOWEST_MINOR = {"USD": 100, "EUR": 100, "CNY": 500, "JPY": 100}
HIGHEST_MINOR = {"USD": 1_000_000, "EUR": 1_000_000, "CNY": 10_000_000, "JPY": 1_000_000}


@dataclass(frozen=True, slots=True)
class TierWords:
    """Name and description in one language or both; an empty one is not there."""

    name_en: str = ""
    name_zh_hans: str = ""
    description_en: str = ""
    description_zh_hans: str = ""


def create_tier(*, artist: Artist, level: int, words: TierWords, monthly: Money, annual: Money | None = None) -> Tier:
    """Offer another tier. Raises TierInvalid and LevelTaken.

    All open tiers of an artist are in one currency: nobody could change between them otherwise.
    """
    if not 1 <= level <= MOST_TIERS:
        raise TierInvalid(_("A level is a number from 1 to %(most)d.") % {"most": MOST_TIERS})
    kept = _checked_words(words)
    _check_prices(monthly, annual)
    try:
        with transaction.atomic():
            _lock_artist(artist)
            _check_currency(artist, monthly.currency)
            tier = Tier.objects.create(artist=artist, level=level, currency=monthly.currency, **kept)
            _keep_prices(tier, monthly, annual)
    except IntegrityError as error:
        raise LevelTaken(
            _("You offer another tier of level %(level)d.") % {"level": level},
            way_out=_("Choose another level, or close that one first."),
        ) from error
    return tier


def edit_tier(*, artist: Artist, tier_id: UUID, words: TierWords, monthly: Money, annual: Money | None = None) -> Tier:
    """Other words or prices for one of ``artist``'s tiers. Members keep the price at which they joined.

    Raises TierNotFound and TierInvalid.
    """
    kept = _checked_words(words)
    _check_prices(monthly, annual)
    with transaction.atomic():
        tier = _own(artist, tier_id)
        if monthly.currency != tier.currency:
            raise TierInvalid(
                _("The currency of a tier does not change."), way_out=_("Close it and offer another one.")
            )
        for name, value in kept.items():
            setattr(tier, name, value)
        tier.save(update_fields=list(kept))
        _keep_prices(tier, monthly, annual)
    return tier


def close_tier(*, artist: Artist, tier_id: UUID) -> Tier:
    """Take no new members; the present ones stay. Raises TierNotFound."""
    with transaction.atomic():
        tier = _own(artist, tier_id)
        if tier.is_open:
            tier.closed_at = now()
            tier.save(update_fields=["closed_at"])
    return tier


def reopen_tier(*, artist: Artist, tier_id: UUID) -> Tier:
    """Take new members again. Raises TierNotFound, LevelTaken, and TierInvalid where the others' currency differs."""
    try:
        with transaction.atomic():
            _lock_artist(artist)
            tier = _own(artist, tier_id)
            _check_currency(artist, tier.currency)
            tier.closed_at = None
            tier.save(update_fields=["closed_at"])
    except IntegrityError as error:
        raise LevelTaken(_("You offer another tier of this level now."), way_out=_("Close that one first.")) from error
    return tier


def _own(artist: Artist, tier_id: UUID) -> Tier:
    tier = Tier.objects.select_for_update(no_key=True).filter(pk=tier_id, artist=artist).first()
    if tier is None:
        raise TierNotFound()
    return tier


def _lock_artist(artist: Artist) -> None:
    """Two tiers at once see each other."""
    Artist.objects.select_for_update(of=("self",), no_key=True).get(pk=artist.pk)


def _check_currency(artist: Artist, currency: str) -> None:
    other = Tier.objects.filter(artist=artist, closed_at=None).exclude(currency=currency).first()
    if other is not None:
        raise TierInvalid(
            _("Your other tiers are in %(currency)s.") % {"currency": other.currency},
            way_out=_("Use the same currency, or close them first."),
        )


def _checked_words(words: TierWords) -> dict[str, str]:
    kept = {
        "name_en": words.name_en.strip(),
        "name_zh_hans": words.name_zh_hans.strip(),
        "description_en": words.description_en.strip(),
        "description_zh_hans": words.description_zh_hans.strip(),
    }
    if not kept["name_en"] and not kept["name_zh_hans"]:
        raise TierInvalid(_("A tier needs a name."), way_out=_("Give it one in English, in Chinese, or in both."))
    for name, value in kept.items():
        if len(value) > (LONGEST_NAME if name.startswith("name") else LONGEST_DESCRIPTION):
            raise TierInvalid(_("These words are too long."), way_out=_("Shorten them."))
    return kept


def _check_prices(monthly: Money, annual: Money | None) -> None:
    for price in filter(None, (monthly, annual)):
        if price.currency not in LOWEST_MINOR:
            raise TierInvalid(_("Memberships are not sold in this currency."))
        lowest, highest = LOWEST_MINOR[price.currency], HIGHEST_MINOR[price.currency]
        if not lowest <= price.amount_minor <= highest:
            raise TierInvalid(
                _("A price lies between %(lowest)s and %(highest)s.")
                % {"lowest": Money(lowest, price.currency), "highest": Money(highest, price.currency)}
            )
    if annual is not None and annual.currency != monthly.currency:
        raise TierInvalid(_("Both prices of a tier are in one currency."))


def _keep_prices(tier: Tier, monthly: Money, annual: Money | None) -> None:
    """The current prices are these; one that is the same stays. The caller has locked the tier."""
    for interval, amount in ((Interval.MONTH, monthly), (Interval.YEAR, annual)):
        current = TierPrice.objects.filter(tier=tier, interval=interval, is_current=True)
        if amount is not None and current.filter(amount_minor=amount.amount_minor).exists():
            continue
        current.update(is_current=False)
        if amount is not None:
            TierPrice.objects.create(
                tier=tier, interval=interval, amount_minor=amount.amount_minor, currency=amount.currency
            )
