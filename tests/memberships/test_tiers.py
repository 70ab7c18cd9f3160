"""What an artist can offer, and what is refused."""

import pytest

from marketplace.core.money import Money
from marketplace.memberships.errors import LevelTaken, TierInvalid, TierNotFound
from marketplace.memberships.models import Tier, TierPrice
from marketplace.memberships.selectors import open_tiers_of, tiers_of
from marketplace.memberships.services import TierWords, close_tier, create_tier, edit_tier, reopen_tier
from marketplace.memberships.services.changes import is_upgrade
from tests.billing.processes import at_once
from tests.factories.accounts import ArtistFactory
from tests.factories.memberships import member_in, offered_tier, price_of

pytestmark = pytest.mark.django_db
NAMED = TierWords(name_en="Friend")


def usd(amount):
    return Money(amount, "USD")


@pytest.fixture
def artist(db):
    return ArtistFactory()


def test_a_tier_has_words_and_prices(artist, settings):
    words = TierWords(" Friend ", "朋友", "All sketches", "全部草图")
    tier = create_tier(artist=artist, level=2, words=words, monthly=usd(500), annual=usd(5000))
    assert (tier.name, tier.description, tier.level) == ("Friend", "All sketches", 2)
    assert [str(price.amount) for price in open_tiers_of(artist).get().current_prices] == ["$5.00", "$50.00"]


@pytest.mark.parametrize(
    ("level", "words", "monthly", "annual"),
    [
        (0, NAMED, usd(500), None),
        (5, NAMED, usd(500), None),
        (1, TierWords(description_en="no name"), usd(500), None),
        (1, TierWords(name_en="x" * 61), usd(500), None),
        (1, NAMED, usd(99), None),
        (1, NAMED, usd(1_000_001), None),
        (1, NAMED, Money(99, "JPY"), None),
        (1, NAMED, Money(500, "CREDIT"), None),
        (1, NAMED, usd(500), Money(5000, "EUR")),
        (1, NAMED, usd(500), usd(1)),
    ],
)
def test_what_cannot_be_offered(artist, level, words, monthly, annual):
    with pytest.raises(TierInvalid) as raised:
        create_tier(artist=artist, level=level, words=words, monthly=monthly, annual=annual)
    assert raised.value.message
    assert not Tier.objects.exists()


def test_one_open_tier_of_a_level_and_one_currency(artist):
    first = offered_tier(artist, 1)
    with pytest.raises(LevelTaken):
        offered_tier(artist, 1)
    with pytest.raises(TierInvalid, match="USD"):
        offered_tier(artist, 2, currency="EUR")
    offered_tier(ArtistFactory(), 1)
    close_tier(artist=artist, tier_id=first.pk)
    other = offered_tier(artist, 1, currency="EUR")
    with pytest.raises(TierInvalid, match="EUR"):
        reopen_tier(artist=artist, tier_id=first.pk)
    close_tier(artist=artist, tier_id=other.pk)
    again = offered_tier(artist, 1)
    with pytest.raises(LevelTaken):
        reopen_tier(artist=artist, tier_id=first.pk)
    close_tier(artist=artist, tier_id=again.pk)
    assert reopen_tier(artist=artist, tier_id=first.pk).is_open


def test_another_price_takes_the_place_and_the_old_one_stays(artist):
    tier = offered_tier(artist, 1, 500, 5000)
    old = price_of(tier)
    edit_tier(artist=artist, tier_id=tier.pk, words=NAMED, monthly=usd(700), annual=usd(5000))
    assert price_of(tier).amount == usd(700)
    old.refresh_from_db()
    assert (old.is_current, old.amount) == (False, usd(500))
    edit_tier(artist=artist, tier_id=tier.pk, words=NAMED, monthly=usd(700))
    assert TierPrice.objects.filter(tier=tier, is_current=True).count() == 1
    with pytest.raises(TierInvalid):
        edit_tier(artist=artist, tier_id=tier.pk, words=NAMED, monthly=Money(700, "EUR"))


def test_another_artist_changes_nothing(artist):
    tier, stranger = offered_tier(artist, 1), ArtistFactory()
    with pytest.raises(TierNotFound):
        edit_tier(artist=stranger, tier_id=tier.pk, words=NAMED, monthly=usd(100))
    for call in (close_tier, reopen_tier):
        with pytest.raises(TierNotFound):
            call(artist=stranger, tier_id=tier.pk)
    tier.refresh_from_db()
    assert tier.is_open
    assert (price_of(tier).amount, tier.name_en) == (usd(500), "Tier 1")


def test_a_tier_counts_its_members(artist):
    tier = offered_tier(artist, 1, 500, 5000)
    member_in(tier)
    member_in(tier, price=price_of(tier, "year"))
    member_in(tier, state="canceled")
    assert tiers_of(artist).get().members == 2


@pytest.mark.django_db(transaction=True)
def test_two_currencies_at_once_make_one_tier(artist):
    arguments = {"artist": str(artist.pk)}
    codes = at_once("tests.memberships.calls:offer_tier", arguments, processes=2, threads=2)
    assert sorted(codes) == ["ok", "ok", "tier_invalid", "tier_invalid"]
    assert Tier.objects.values("currency").distinct().count() == 1


@pytest.mark.parametrize(
    ("begin", "to", "at_once"),
    [
        ((1, "month"), (2, "month"), True),
        ((2, "month"), (1, "month"), False),
        ((1, "month"), (1, "year"), True),
        ((1, "year"), (1, "month"), False),
        ((1, "year"), (2, "month"), False),
        ((1, "year"), (2, "year"), True),
        ((2, "month"), (1, "year"), False),
    ],
)
def test_what_gives_more_begins_at_once(artist, begin, to, at_once):
    tiers = {level: offered_tier(artist, level, 500 * level, 5000 * level) for level in (1, 2)}
    member = member_in(tiers[begin[0]], price=price_of(tiers[begin[0]], begin[1]))
    assert is_upgrade(member, price_of(tiers[to[0]], to[1])) == at_once
