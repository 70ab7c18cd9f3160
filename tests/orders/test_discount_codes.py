"""Making codes and switching them, as their artist, another artist; two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection

from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.orders.errors import DiscountCodeInvalid, DiscountCodeNotFound, DiscountCodeTaken
from marketplace.orders.models import DiscountCode
from marketplace.orders.selectors import codes_of
from marketplace.orders.services import Limits, create_code, switch_code
from tests.factories.accounts import ArtistFactory
from tests.factories.licensing import work_on_sale
from tests.orders.baskets import basket_of, claimed, paid, usd


@pytest.mark.django_db
class TestMaking:
    def test_a_share_for_some_works_within_limits(self):
        work = work_on_sale()
        soon = now() + timedelta(days=1)
        limits = Limits(starts_at=soon, ends_at=soon + timedelta(days=1), most_uses=5, most_uses_per_buyer=None)
        code = create_code(artist=work.artist, text=" spring-26 ", takes=1250, works=[work.pk], limits=limits)
        assert (code.code, code.takes, code.most_uses, code.most_uses_per_buyer) == ("SPRING-26", "12.5%", 5, None)
        assert list(code.works.all()) == [work]

    @pytest.mark.parametrize("text", ["", "AB", "-AB", "AB-", "A B", "ÄBC", "A" * 25, "春天春天"])
    def test_a_malformed_code_is_refused(self, text):
        with pytest.raises(DiscountCodeInvalid) as refused:
            create_code(artist=ArtistFactory(), text=text, takes=1000)
        assert refused.value.way_out
        assert not DiscountCode.objects.exists()

    @pytest.mark.parametrize("takes", [0, -1, 10_001, Money(0, "USD"), Money(5, "CREDIT")])
    def test_nothing_or_too_much_off_is_refused(self, takes):
        with pytest.raises(DiscountCodeInvalid):
            create_code(artist=ArtistFactory(), text="SPRING", takes=takes)

    @pytest.mark.parametrize(
        "limits",
        [Limits(starts_at=now(), ends_at=now() - timedelta(1)), Limits(most_uses=0), Limits(most_uses_per_buyer=0)],
    )
    def test_impossible_limits_are_refused(self, limits):
        with pytest.raises(DiscountCodeInvalid):
            create_code(artist=ArtistFactory(), text="SPRING", takes=1000, limits=limits)

    def test_a_code_is_anybodys_once(self):
        create_code(artist=ArtistFactory(), text="SPRING", takes=1000)
        with pytest.raises(DiscountCodeTaken):
            create_code(artist=ArtistFactory(), text="spring", takes=1000)

    def test_anothers_works_cannot_be_named(self):
        with pytest.raises(DiscountCodeInvalid):
            create_code(artist=ArtistFactory(), text="SPRING", takes=1000, works=[work_on_sale().pk])
        assert not DiscountCode.objects.exists()


@pytest.mark.django_db
def test_only_her_own_are_switched():
    artist = ArtistFactory()
    code = create_code(artist=artist, text="SPRING", takes=1000)
    with pytest.raises(DiscountCodeNotFound):
        switch_code(artist=ArtistFactory(), code_id=code.pk, is_active=False)
    code.refresh_from_db()
    assert code.is_active
    assert not switch_code(artist=artist, code_id=code.pk, is_active=False).is_active
    assert switch_code(artist=artist, code_id=code.pk, is_active=True).is_active


@pytest.mark.django_db
def test_what_came_of_a_code():
    work = work_on_sale()
    create_code(artist=work.artist, text="SPRING", takes=2500)
    create_code(artist=work.artist, text="UNUSED", takes=2500)
    create_code(artist=ArtistFactory(), text="OTHERS", takes=2500)
    for _n in range(2):
        paid(claimed(basket_of(work, work_on_sale(), code="personal")))
        paid(claimed(_with("SPRING", work, work_on_sale())))
    claimed(_with("SPRING", work))
    unused, spring = codes_of(work.artist)
    assert (spring.used, spring.kept) == (2, 1)
    assert [(one.taken_off, one.sold) for one in spring.totals] == [(usd(600), usd(1800))]
    assert (unused.used, unused.kept, unused.totals) == (0, 0, ())


def _with(text, *works):
    from dataclasses import replace

    return replace(basket_of(*works), code=text)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_make_one():
    artists = [ArtistFactory() for _n in range(4)]

    def make(artist):
        try:
            create_code(artist=artist, text="SPRING", takes=1000)
        except DiscountCodeTaken:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(make, artists)) == [False, False, False, True]
    assert DiscountCode.objects.count() == 1
