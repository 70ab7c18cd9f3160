"""A sold licence pays whoever shares in the work: at once, waiting as it waits, going back as it goes back."""

import itertools
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from billing.checks import ledger_figures
from billing.gateway import Dispute as DisputeFacts
from billing.models import AccountKind, Entry, Sale
from billing.periods import month
from billing.selectors import (
    artist_balance,
    dac7_year,
    royalties_by_work,
    sales_of,
    statement_of,
    totals_by_year,
)
from billing.services import note_dispute, platform_fee, record_refund
from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.licensing.models import LicenceOffer
from marketplace.licensing.services import OfferTerms, set_offers
from marketplace.orders.basket import WantedTip
from marketplace.orders.letters import write_to_artist
from marketplace.orders.models import DiscountCode
from marketplace.orders.services import referral_link_of
from marketplace.royalties.services import end_share
from tests.billing.processes import at_once, wait_for_the_others
from tests.factories.accounts import ArtistFactory, UserFactory
from tests.factories.licensing import work_on_sale
from tests.factories.royalties import remixed, shared
from tests.orders.baskets import basket_of, claimed, paid, usd
from tests.orders.test_club import member, take
from tests.orders.test_referrals import bought_by_link, sale_of, time_passes


def hers(artist: Artist) -> int:
    found = artist_balance(artist)
    return (found.pending + found.available - found.debt).amount_minor


def on(kind: AccountKind) -> int:
    return sum(Entry.objects.filter(account__kind=kind).values_list("amount_minor", flat=True))


def faults() -> list[str]:
    return [figure.name for figure in ledger_figures() if figure.is_fault and figure.value]


def dispute(sale: Sale, payment: str, status: str, **more) -> DisputeFacts:
    known = {
        "id": f"du_{sale.pk}",
        "payment_intent_id": payment,
        "amount": sale.gross,
        "reason": "fraudulent",
        "status": status,
        "created": now(),
        "evidence_due_by": None,
        "is_withdrawn": True,
        "is_reinstated": False,
    }
    return DisputeFacts(**{**known, **more})


def bought(*works, code="commercial", **more):
    """A paid order of commercial licences ($49.00, a fee of $4.90, which leaves $44.10)."""
    return paid(claimed(basket_of(*works, code=code, **more)))


@pytest.mark.django_db
class TestASale:
    def test_pays_parent_and_collaborator_beside_the_artist(self):
        parent, work = work_on_sale(), work_on_sale()
        remixed(work, parent, owing=1000)
        share = shared(work, basis_points=2500)
        sale = sale_of(bought(work))
        assert (sale.fee, sale.royalties, sale.net) == (usd(490), usd(441 + 992), usd(2977))
        assert [hers(one) for one in (work.artist, parent.artist, share.artist)] == [2977, 441, 992]
        rows = Sale.objects.filter(part_of=sale)
        assert {row.work for row in rows} == {work}
        assert {row.available_at for row in rows} == {sale.available_at}
        assert (on(AccountKind.PLATFORM_FEES), on(AccountKind.ROYALTIES_DUE)) == (490, 0)
        time_passes()
        assert artist_balance(parent.artist).available == usd(441)
        assert not faults()

    def test_goes_down_four_generations(self):
        great, grand, parent, work = (work_on_sale() for _n in range(4))
        remixed(grand, great, owing=5000)
        remixed(parent, grand, owing=2000)
        remixed(work, parent, owing=1000)
        sale = sale_of(bought(work))
        # 441 of 4410; of that 88 go on; of those 44.
        assert [hers(one.artist) for one in (work, parent, grand, great)] == [3969, 353, 44, 44]
        record_refund(line_ref=sale.line_ref, amount=usd(2450), refund_ref="re_1")
        assert [hers(one.artist) for one in (parent, grand, great)] == [177, 22, 22]
        record_refund(line_ref=sale.line_ref, refund_ref="re_2")
        assert [hers(one.artist) for one in (work, parent, grand, great)] == [0, 0, 0, 0]
        assert not faults()

    def test_pays_nobody_before_acceptance_or_after_the_end(self):
        work = work_on_sale()
        share = shared(work)
        bought(work)
        end_share(artist=work.artist, share_id=share.pk)
        bought(work)
        assert (hers(share.artist), hers(work.artist)) == (1323, 3087 + 4410)

    def test_of_two_works_pays_each_ones_own(self):
        one, other = work_on_sale(), work_on_sale()
        share = shared(one, basis_points=5000)
        bought(one, other)
        assert [hers(artist) for artist in (one.artist, share.artist, other.artist)] == [2205, 2205, 4410]

    def test_leaves_tips_to_whom_they_are_given(self):
        work = work_on_sale()
        share = shared(work, basis_points=5000)
        bought(work, tips=(WantedTip(work.artist, usd(1000)),))
        assert (hers(work.artist), hers(share.artist)) == (2205 + 900, 2205)

    def test_pays_the_referrer_of_the_platforms_fee_alone(self):
        affiliate, work = ArtistFactory(), work_on_sale()
        share = shared(work, basis_points=5000)
        sale = sale_of(bought_by_link(referral_link_of(user=affiliate.user), work))
        assert [hers(artist) for artist in (affiliate, work.artist, share.artist)] == [98, 2205, 2205]
        record_refund(line_ref=sale.line_ref)
        assert [hers(artist) for artist in (affiliate, work.artist, share.artist)] == [0, 0, 0]
        assert (on(AccountKind.PLATFORM_FEES), faults()) == (0, [])

    def test_that_the_platform_discounts_pays_of_the_full_price(self):
        work = work_on_sale()
        share = shared(work, basis_points=5000)
        DiscountCode.objects.create(code="SPRING", share_basis_points=5000)
        sale = sale_of(paid(claimed(replace(basket_of(work, code="commercial"), code="SPRING"))))
        assert sale.gross == usd(2450)
        # 2,205.00 of 4,410.00, half of it of the buyer's money, half of the platform's; 1102.5 is rounded in each.
        assert [hers(artist) for artist in (work.artist, share.artist)] == [2204, 2206]
        assert on(AccountKind.PROMOTIONAL_COST) == -2450
        record_refund(line_ref=sale.line_ref)
        assert [hers(artist) for artist in (work.artist, share.artist)] == [0, 0]
        assert (on(AccountKind.PROMOTIONAL_COST), on(AccountKind.PLATFORM_FEES), faults()) == (0, 0, [])

    def test_by_the_club_pays_of_what_the_platform_pays(self):
        work = work_on_sale()
        share = shared(work, basis_points=5000)
        sale = sale_of(take(member(), work))
        assert (sale.gross, sale.royalties) == (usd(0), usd(0))
        assert [hers(artist) for artist in (work.artist, share.artist)] == [540, 540]
        assert not faults()


@pytest.mark.django_db
class TestADispute:
    def test_that_is_lost_takes_the_shares_and_one_that_is_won_leaves_them(self):
        for end, left in (({"status": "lost"}, 0), ({"status": "won", "is_reinstated": True}, 2205)):
            work = work_on_sale()
            share = shared(work, basis_points=5000)
            order = bought(work)
            sale = sale_of(order)
            note_dispute(dispute(sale, order.payment_intent_id, "needs_response"))
            for _ in range(2):
                note_dispute(dispute(sale, order.payment_intent_id, **end))
            assert [hers(artist) for artist in (work.artist, share.artist)] == [left, left]
            assert not faults()

    @pytest.mark.parametrize("amount", [4900, 2451])
    @pytest.mark.parametrize("end", [{"status": "lost"}, {"status": "won", "is_reinstated": True}])
    def test_beside_refunds_ends_alike_in_every_order(self, end, amount):
        ends = set()
        for steps in itertools.permutations(["refund", "needs_response", "end"]):
            fees = on(AccountKind.PLATFORM_FEES)
            parent, work = work_on_sale(), work_on_sale()
            remixed(work, parent, owing=1111)
            others = [parent.artist, *(shared(work, basis_points=333 + n).artist for n in range(3))]
            order = bought(work)
            sale = sale_of(order)
            for step in steps:
                if step == "refund":
                    record_refund(line_ref=sale.line_ref, amount=usd(701), refund_ref=f"re_{sale.pk}")
                else:
                    facts = {"status": step} if step == "needs_response" else end
                    note_dispute(dispute(sale, order.payment_intent_id, amount=usd(amount), **facts))
            ends.add((*(hers(artist) for artist in (work.artist, *others)), on(AccountKind.PLATFORM_FEES) - fees))
            assert on(AccountKind.ROYALTIES_DUE) == 0
        assert len(ends) == 1, ends


@pytest.mark.django_db
class TestWhatIsTold:
    def test_to_the_seller_and_to_whoever_has_the_share(self):
        work = work_on_sale(title="Evening tide")
        share = shared(work, basis_points=5000)
        sale = sale_of(bought(work))
        record_refund(line_ref=sale.line_ref, amount=usd(2450), refund_ref="re_1")
        period = month(now().date())
        of_seller = statement_of(work.artist, currency="USD", since=period.since, until=period.until)
        assert [(line.gross, line.fee, line.royalties, line.amount) for line in of_seller.lines] == [
            (usd(4900), usd(490), usd(2205), usd(2205)),
            (usd(-2450), usd(-245), usd(-1102), usd(-1103)),
        ]
        assert of_seller.has_royalties
        of_other = statement_of(share.artist, currency="USD", since=period.since, until=period.until)
        assert [(line.reason, line.work, line.gross, line.amount) for line in of_other.lines] == [
            ("royalty", work, None, usd(2205)),
            ("refund", work, None, usd(-1102)),
        ]
        assert not of_other.has_royalties
        (year,) = totals_by_year(work.artist, "USD")
        assert (year.gross, year.fees, year.royalties, year.refunds, year.earned) == (
            *(usd(4900), usd(490), usd(2205)),
            *(usd(1103), usd(1102)),
        )
        (year,) = totals_by_year(share.artist, "USD")
        assert (year.gross, year.royalties, year.earned) == (usd(2205), usd(0), usd(1103))
        assert [(one.work, one.sales, one.earned) for one in royalties_by_work(share.artist)] == [(work, 1, usd(1103))]
        assert [row.kind for row in sales_of(share.artist)] == ["royalty"]

    def test_by_letter(self, mailoutbox):
        work = work_on_sale()
        shared(work, basis_points=5000)
        order = bought(work)
        write_to_artist(order_id=order.pk)
        body = mailoutbox[-1].body
        assert "Royalties to others: $22.05\nYour share: $22.05" in body
        write_to_artist(order_id=bought(work_on_sale()).pk)
        assert "Royalties" not in mailoutbox[-1].body

    def test_to_the_tax_authorities(self):
        work = work_on_sale()
        share = shared(work, basis_points=5000)
        bought(work)
        year = {seller.artist: seller for seller in dac7_year(now().year)}
        of_seller, of_other = (year[artist].currencies[0] for artist in (work.artist, share.artist))
        assert (of_seller.consideration, of_seller.fees) == (usd(2205), usd(490))
        assert (of_other.consideration, of_other.fees) == (usd(2205), usd(0))
        assert (year[work.artist].activities, year[share.artist].activities) == (1, 0)


class TestAnyPriceAndParts(TestCase):
    """Whatever is sold, shared, refunded in parts and disputed: each has what the shares of what is left say."""

    @settings(deadline=None, max_examples=20)
    @given(
        price=st.integers(200, 40_000),  # less no card can pay, and more by a new buyer waits for a check
        discount=st.sampled_from([0, 1, 3333, 6667]),
        points=st.lists(st.integers(100, 900), max_size=6),
        owing=st.integers(0, 5000),
        parts=st.lists(st.integers(1, 15_000), max_size=3),
        end=st.sampled_from(["", "won", "lost"]),
    )
    def test_to_the_last_cent(self, price, discount, points, owing, parts, end):
        before = {kind: on(kind) for kind in (AccountKind.PLATFORM_FEES, AccountKind.PROMOTIONAL_COST)}
        grand, parent, work = work_on_sale(), work_on_sale(), work_on_sale()
        set_offers(work=work, offers=[OfferTerms("personal", usd(price))])
        remixed(parent, grand, owing=owing)
        remixed(work, parent, owing=owing)
        others = [shared(work, basis_points=each).artist for each in points]
        basket = basket_of(work)
        if discount:
            code = DiscountCode.objects.create(code=f"C{DiscountCode.objects.count()}", share_basis_points=discount)
            basket = replace(basket, code=code.code)
        order = paid(claimed(basket))
        sale = sale_of(order)
        everybody = [grand.artist, parent.artist, work.artist, *others]
        fee = platform_fee(usd(price), work.artist).amount_minor
        assert sum(map(hers, everybody)) == price - fee
        assert on(AccountKind.PLATFORM_FEES) - before[AccountKind.PLATFORM_FEES] == fee
        self._part_by_part(order, sale, parts, end, everybody, fee, before)

    def _part_by_part(self, order, sale, parts, end, everybody, fee, before):
        for n, amount in enumerate(parts):
            sale.refresh_from_db()
            if amount >= sale.left.amount_minor:
                continue
            had = [hers(artist) for artist in everybody]
            record_refund(line_ref=sale.line_ref, amount=usd(amount), refund_ref=f"re_{sale.pk}_{n}")
            # Nobody gets more by a refund.
            assert all(hers(artist) <= was for artist, was in zip(everybody, had, strict=True))
            self._proportional(sale, fee, before)
        sale.refresh_from_db()
        if end and sale.left.amount_minor:
            facts = dispute(sale, order.payment_intent_id, "needs_response", amount=sale.left)
            note_dispute(facts)
            note_dispute(replace(facts, status=end, is_reinstated=end == "won"))
            self._proportional(sale, fee, before)
        record_refund(line_ref=sale.line_ref, refund_ref=f"re_{sale.pk}_rest")
        if sale.gross_minor:
            assert [hers(artist) for artist in everybody] == [0] * len(everybody)
            assert {kind: on(kind) for kind in before} == before
        assert on(AccountKind.ROYALTIES_DUE) == 0
        assert not faults()

    def _proportional(self, sale, fee, before):
        """Each row of the sale, and the platform's fee, stand as what is left of the sale says."""
        sale.refresh_from_db()
        there = sale.gross_minor - sale.refunded_minor
        for row in (sale, *sale.parts.all(), *Sale.objects.filter(part_of__part_of=sale)):
            exact = row.net.amount_minor * there / sale.gross_minor
            assert abs(row.net_left.amount_minor - exact) < 2, (row.kind, row.net_left, exact)
        fees = on(AccountKind.PLATFORM_FEES) - before[AccountKind.PLATFORM_FEES]
        # Half a unit in the sale and in its promotion, each for what is deducted and for the royalties of it; and what
        # the promotion's own rounding means for a tenth of it.
        assert abs(fees - fee * there / sale.gross_minor) <= 2.1


def sell_or_end(n: int, *, offers: list[str], owner_id: str, share_id: str) -> None:
    """One of several that sell a work, while its artist ends a share in it."""
    owner = Artist.objects.get(pk=owner_id)
    if n == 0:
        wait_for_the_others()
        end_share(artist=owner, share_id=share_id)
        return
    basket = basket_of(LicenceOffer.objects.get(pk=offers[0]).work, code="commercial")
    order = claimed(basket, buyer=UserFactory(email=f"buyer-{n}@example.org"))
    wait_for_the_others()
    paid(order)


@pytest.mark.django_db(transaction=True)
def test_sales_while_a_share_ends_pay_it_whole_or_not_at_all():
    work = work_on_sale()
    kept, ending = shared(work, basis_points=2000), shared(work, basis_points=5000)
    offer = LicenceOffer.objects.get(work=work, terms__code="commercial")
    arguments = {"offers": [str(offer.pk)], "owner_id": str(work.artist_id), "share_id": str(ending.pk)}
    codes = at_once("tests.orders.test_royalties:sell_or_end", arguments, processes=2, threads=3)
    assert codes == ["ok"] * 6
    sales = list(Sale.objects.filter(kind="sale"))
    assert len(sales) == 5
    assert {sale.royalties for sale in sales} <= {usd(882), usd(882 + 2205)}
    assert hers(kept.artist) == 5 * 882
    assert hers(ending.artist) == sum(sale.royalty_minor - 882 for sale in sales)
    assert sum(hers(one) for one in (work.artist, kept.artist, ending.artist)) == 5 * 4410
    assert not faults()


def buy_across(n: int, *, works: list[str]) -> None:
    """One of several first sales of artists who share in each other's works: each pays both, in its own order."""
    basket = basket_of(Work.objects.get(pk=works[n % 2]), code="commercial")
    order = claimed(basket, buyer=UserFactory(email=f"across-{n}@example.org"))
    wait_for_the_others()
    paid(order)


@pytest.mark.django_db(transaction=True)
def test_first_sales_across_each_other_never_wait_in_a_circle():
    one, other = work_on_sale(), work_on_sale()
    shared(one, with_=other.artist, basis_points=5000)
    shared(other, with_=one.artist, basis_points=5000)
    works = [str(one.pk), str(other.pk)]
    codes = at_once("tests.orders.test_royalties:buy_across", {"works": works}, processes=2, threads=3)
    assert codes == ["ok"] * 6
    assert (hers(one.artist), hers(other.artist)) == (3 * 4410, 3 * 4410)
    assert not faults()
