"""Nobody moves works by pretending to be many: in a shop with honest buyers each kind of attack is tried."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from uuid import UUID

import pytest

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.licensing.services import end_licence
from marketplace.risk.models import Sighting
from recommendations.models import WorkPopularity
from recommendations.selectors import popular_works
from recommendations.services import record_event, refresh_popularity
from recommendations.viewers import Consent, Viewer, viewer_of
from tests.factories.accounts import ArtistFactory
from tests.factories.catalog import WorkFactory
from tests.factories.licensing import licence_in, work_on_sale

pytestmark = pytest.mark.django_db

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
ARTISTS, WORKS_EACH, BUYERS = 40, 3, 60
# One place in twenty.
MOST = 1 / 20


def people(count: int, name: str) -> list[User]:
    return User.objects.bulk_create([User(email=f"{name}{number}@example.org") for number in range(count)])


def key_of(user: User) -> Viewer:
    viewer = viewer_of(user=user, consent=Consent.GIVEN)
    assert viewer is not None
    return viewer


def deal(viewer: Viewer, work: Work, *, days_ago: float, likes: bool) -> None:
    at = AT - timedelta(days=days_ago)
    record_event(kind="viewed", work_id=work.pk, viewer=viewer, happened_at=at)
    if likes:
        record_event(kind="liked", work_id=work.pk, viewer=viewer, happened_at=at, once_key=f"{viewer.key}:{work.pk}")


@pytest.fixture
def works() -> list[Work]:
    """Listed works of ARTISTS, with a month of honest buyers behind them, each with ten to thirty works of hers."""
    artists = [ArtistFactory() for _number in range(ARTISTS)]
    made = [WorkFactory(artist=artist) for artist in artists for _number in range(WORKS_EACH)]
    dice = Random(3)
    appeal = [dice.lognormvariate(0, 0.7) for _work in made]
    for buyer in people(BUYERS, "buyer"):
        viewer = key_of(buyer)
        seen = {dice.choices(range(len(made)), appeal)[0] for _look in range(dice.randrange(10, 30))}
        for number in seen:
            deal(viewer, made[number], days_ago=dice.uniform(0, 30), likes=dice.random() < 0.4)
    return made


def places() -> dict[UUID, int]:
    refresh_popularity(at=AT)
    return {key: place for place, key in enumerate(popular_works(limit=1000))}


def moved(pushed: Sequence[Work], attack: Callable[[], None]) -> list[float]:
    """By how much of the list each of ``pushed`` rose."""
    before = places()
    attack()
    after = places()
    assert len(before) == len(after) == ARTISTS * WORKS_EACH
    return [(before[work.pk] - after[work.pk]) / len(before) for work in pushed]


def middling(works: list[Work]) -> list[Work]:
    """The works of the artist whose best stands in the middle of the list."""
    order = places()
    best = {work.artist_id: min(order[w.pk] for w in works if w.artist_id == work.artist_id) for work in works}
    artist = sorted(best, key=lambda key: best[key])[ARTISTS // 2]
    return [work for work in works if work.artist_id == artist]


def test_an_honest_buyer_more_is_seen(works):
    """What follows would mean nothing if nobody could move anything."""
    pushed = middling(works)[0]
    refresh_popularity(at=AT)
    before = WorkPopularity.objects.get(work=pushed).score
    newcomer = key_of(people(1, "honest")[0])
    for number, other in enumerate([work for work in works if work.artist_id != pushed.artist_id][::8]):
        deal(newcomer, other, days_ago=number + 1, likes=True)
    deal(newcomer, pushed, days_ago=0.5, likes=True)
    # Another artist is her favourite; whose favourite it is counts together with its other followers.
    favourite = next(work.artist_id for work in reversed(works) if work.artist_id != pushed.artist_id)
    for other in [work for work in works if work.artist_id == favourite]:
        deal(newcomer, other, days_ago=0.2, likes=True)
    refresh_popularity(at=AT)
    assert WorkPopularity.objects.get(work=pushed).score > before + 2


@pytest.mark.parametrize("others", [0, 6], ids=["plainly", "hidden among other likes"])
def test_an_artist_with_twenty_accounts(works, others):
    pushed, dice = middling(works), Random(5)

    def attack() -> None:
        for account in people(20, "puppet"):
            for work in pushed:
                deal(key_of(account), work, days_ago=dice.uniform(0, 8), likes=True)
            for work in dice.sample([work for work in works if work not in pushed], others):
                deal(key_of(account), work, days_ago=dice.uniform(0, 8), likes=dice.random() < 0.4)

    assert max(moved(pushed, attack)) < MOST


def test_an_artists_own_looks_likes_and_purchases(works):
    pushed = middling(works)
    viewer = key_of(pushed[0].artist.user)

    def attack() -> None:
        for number, work in enumerate(works):
            if work.artist_id == pushed[0].artist_id or number % 9 == 0:
                deal(viewer, work, days_ago=number % 10, likes=True)
        record_event(kind="bought", work_id=pushed[0].pk, viewer=viewer, once_key="line:1", happened_at=AT)

    assert max(moved(pushed, attack)) < MOST
    assert WorkPopularity.objects.get(work=pushed[0]).buyers == 0


@pytest.mark.parametrize("others", [0, 6], ids=["plainly", "hidden among other likes"])
def test_a_ring_of_thirty_artists(works, others):
    ring = sorted({work.artist_id for work in works}, key=str)[:30]
    pushed = [next(work for work in works if work.artist_id == artist) for artist in ring]
    dice = Random(6)

    def attack() -> None:
        for member in ring:
            viewer = key_of(next(work.artist.user for work in pushed if work.artist_id == member))
            for work in pushed:
                if work.artist_id != member:
                    deal(viewer, work, days_ago=dice.uniform(0, 8), likes=True)
            for work in dice.sample([work for work in works if work.artist_id not in ring], others):
                deal(viewer, work, days_ago=dice.uniform(0, 8), likes=dice.random() < 0.4)

    assert max(moved(pushed, attack)) < MOST


def test_a_ring_of_thirty_accounts_without_works(works):
    dice = Random(7)
    pushed = dice.sample(works, 10)

    def attack() -> None:
        for account in people(30, "member"):
            for work in pushed:
                deal(key_of(account), work, days_ago=dice.uniform(0, 8), likes=True)

    assert max(moved(pushed, attack)) < MOST


@pytest.mark.parametrize("days", [0.2, 8], ids=["on one day", "for a week"])
def test_two_hundred_sessions_of_bots(works, days):
    pushed, dice = middling(works), Random(8)

    def attack() -> None:
        for number in range(200):
            bot = Viewer(key=f"s:bot{number}", consent=Consent.GIVEN)
            for work in pushed:
                for _look in range(3):
                    deal(bot, work, days_ago=dice.uniform(0, days), likes=True)

    assert max(moved(pushed, attack)) < MOST


def test_two_hundred_accounts_that_have_just_signed_up(works):
    pushed, dice = middling(works), Random(9)

    def attack() -> None:
        for account in people(200, "fresh"):
            for work in [pushed[0], *dice.sample(works, 4)]:
                deal(key_of(account), work, days_ago=dice.uniform(0, 1), likes=True)

    assert max(moved(pushed[:1], attack)) < MOST


def test_accounts_that_share_the_artists_card_are_hers(works):
    pushed = middling(works)[0]
    friend, other = people(2, "friend")
    for person, card in ((pushed.artist.user, "card-1"), (friend, "card-1"), (other, "card-2")):
        Sighting.objects.create(person=person, kind=Sighting.Kind.CARD, value=card, first_at=AT, last_at=AT)
    refresh_popularity(at=AT)
    before = WorkPopularity.objects.get(work=pushed)
    record_event(kind="bought", work_id=pushed.pk, viewer=key_of(friend), once_key="line:1", happened_at=AT)
    refresh_popularity(at=AT)
    assert WorkPopularity.objects.get(work=pushed).score == before.score
    record_event(kind="bought", work_id=pushed.pk, viewer=key_of(other), once_key="line:2", happened_at=AT)
    refresh_popularity(at=AT)
    after = WorkPopularity.objects.get(work=pushed)
    assert after.score == pytest.approx(before.score + 10)
    assert after.buyers == before.buyers + 1


def test_a_purchase_that_was_refunded_counts_no_longer():
    work = work_on_sale()
    grant = licence_in(work)
    record_event(kind="bought", work_id=work.pk, viewer=key_of(grant.holder), once_key="line:1", happened_at=AT)
    refresh_popularity(at=AT)
    assert WorkPopularity.objects.get(work=work).score == pytest.approx(10)
    end_licence(grant=grant, reason="refunded")
    refresh_popularity(at=AT)
    assert WorkPopularity.objects.get(work=work).score == 0
    second = licence_in(work, holder=grant.holder)
    assert second.holder == grant.holder
    refresh_popularity(at=AT)
    assert WorkPopularity.objects.get(work=work).score == pytest.approx(10)


def test_liking_and_unliking_again_and_again_is_one_like():
    work, viewer = WorkFactory(), Viewer(key="p:1")
    for number in range(9):
        kind = "unliked" if number % 2 else "liked"
        at = AT - timedelta(days=9 - number)
        record_event(kind=kind, work_id=work.pk, viewer=viewer, once_key=str(number // 2), happened_at=at)
    refresh_popularity(at=AT)
    assert 0 < WorkPopularity.objects.get(work=work).score <= 4
