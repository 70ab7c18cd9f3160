"""Steps of buying and paying out: licences one by one, whole carts, money that comes later; from Buy to a payout."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from billing.models import Payout, RollingReserve, Sale
from billing.services import mature_sales, pay_out_due, release_reserves, send_payout
from marketplace.core.clock import now
from marketplace.core.money import Money
from marketplace.licensing.errors import WorkHeld
from marketplace.licensing.models import LicenceGrant
from marketplace.orders.basket import Basket, GiftWish, Wanted, WantedTip
from marketplace.orders.errors import BasketNotPossible, DiscountNotUsable, LicensedAlready, OrderClosed
from marketplace.orders.models import Order, ReferralReward
from marketplace.orders.services import open_order, start_checkout
from tests.billing.machine.steps import Steps, any_number, step
from tests.demo.localstripe.server import card_form, visit
from tests.factories.billing import make_payouts_due
from tests.factories.licensing import offer_of
from tests.factories.orders import CONSENT

CARDS = {
    "good": "4242424242424242",
    "at once": "4000000000000077",
    "refund waits": "4000000000007726",
    "refund fails": "4000000000005126",
    "disputed": "4000000000000259",
    "declined": "4000000000000002",
    "warned": "4000000000005423",
    "looked at": "4000000000009235",
}
# What a wallet's page answers; the last two say so now and mean later.
WALLETS = ("pay", "refuse", "pay_later", "fail_later")


class Sales(Steps):
    """Licences and tips, and the artist's money."""

    @step(who=any_number, what=any_number, card=st.sampled_from(sorted(CARDS)))
    def buy(self, who: int, what: int, card: str) -> None:
        work = self.world.works[what % len(self.world.works)]
        with self.world.unanswered():
            try:
                order = start_checkout(buyer=self.person(who), offer=offer_of(work, "personal"), consent=CONSENT)
            except (LicensedAlready, OrderClosed, WorkHeld):
                return
            self.pay(order, card)

    @step(
        who=any_number,
        what=st.sets(any_number, max_size=3),
        tip=st.sampled_from([0, 0, 100, 333, 2500]),
        code=any_number,
        is_gift=st.booleans(),
        link=any_number,
        how=st.sampled_from([*sorted(CARDS), *WALLETS]),
    )
    def buy_a_cart(self, who: int, what: set[int], tip: int, code: int, is_gift: bool, link: int, how: str) -> None:
        works = {self.world.works[number % len(self.world.works)] for number in what}
        wanted = tuple(Wanted(offer_of(work, "personal")) for work in sorted(works, key=lambda work: work.pk))
        tips = (WantedTip(self.world.artists[who % 2], Money(tip, "USD")),) if tip else ()
        gift = GiftWish(f"friend-{who}@example.org") if is_gift and wanted else None
        basket = Basket(wanted, tips, code=self.world.codes[code % len(self.world.codes)] if wanted else "", gift=gift)
        with self.world.unanswered():
            try:
                order = open_order(
                    buyer=self.person(who),
                    basket=basket,
                    consent=CONSENT,
                    referral_code=self.world.links[link % len(self.world.links)],
                )
            except (LicensedAlready, OrderClosed, WorkHeld, BasketNotPossible, DiscountNotUsable):
                return
            prices = sum(line.price_minor for line in order.lines.all())
            assert order.total_minor == prices + sum(tip.amount_minor for tip in order.tips.all())
            self.pay(order, how)

    def pay(self, order: Order, how: str) -> None:
        """On Stripe's page, by a card or a wallet."""
        if how in CARDS:
            page = visit(order.checkout_url, card_form(CARDS[how]))
            # 302: it was paid before, of which we have not heard yet.
            assert page.status in ({200, 302, 402} if how == "declined" else {302, 303}), page.text
            return
        page = visit(order.checkout_url, {"email": order.buyer.email, "method": "alipay"})
        assert page.location, page.text
        if page.status == 302:
            return
        assert visit(page.location, {"answer": how, "after_s": "1"}).status in {200, 303, 402}

    @step(share=st.integers(0, 100))
    def end_holding_times(self, share: int) -> None:
        pending = Sale.objects.filter(state="pending", work__isnull=False).order_by("created_at")
        some = list(pending.values_list("pk", flat=True)[: 1 + pending.count() * share // 100])
        past = now() - timedelta(minutes=1)
        Sale.objects.filter(pk__in=some).update(available_at=past)
        ReferralReward.objects.filter(sale__in=some, credits_due_at__isnull=False).update(credits_due_at=past)
        mature_sales()
        assert not Sale.objects.filter(pk__in=some, state="pending").exists()

    @step()
    def release_what_was_kept_back(self) -> None:
        release_reserves()
        assert not RollingReserve.objects.filter(left_minor__gt=0, release_at__lte=now()).exists()

    @step(at_once=st.booleans(), share=st.integers(0, 100))
    def pay_out(self, at_once: bool, share: int) -> None:
        self.end_holding_times(share)
        Payout.objects.filter(state="failed").update(ended_at=now() - timedelta(days=2))
        for artist in self.world.artists:
            make_payouts_due(artist)
        pay_out_due()
        if at_once:
            for payout in Payout.objects.filter(state="sending"):
                self.world.job(lambda payout=payout: send_payout(payout_id=str(payout.pk)))

    def check_sales(self) -> list[str]:
        """What no rule of the database says, of this run's orders."""
        wrong = []
        refs = [order.reference for order in self.orders()]
        for sale in Sale.objects.filter(order_ref__in=refs):
            gone = (sale.refunded_minor, sale.deducted_refunded_minor)
            if sale.state == "refunded" and gone != (sale.gross_minor, sale.deducted_minor):
                wrong.append(f"{sale.line_ref} is refunded by {gone} of {sale.gross}, {sale.deducted_minor} deducted")
        # What the platform added to a sale has gone back in the proportion in which the sale has.
        for part in Sale.objects.filter(order_ref__in=refs, part_of__isnull=False).select_related("part_of"):
            whole = part.part_of
            assert whole is not None
            if (
                abs(part.refunded_minor * whole.gross_minor - part.gross_minor * whole.refunded_minor)
                >= whole.gross_minor
            ):
                wrong.append(f"{part.line_ref} has gone back by {part.refunded}, its sale by {whole.refunded}")
        for order in self.orders():
            wrong += _wrong_with(order)
        return wrong


def _wrong_with(order: Order) -> list[str]:
    """A paid order's lines are sold, each once, or their money is on its way back; any other order's are not."""
    sold = set(Sale.objects.filter(order_ref=order.reference, kind="sale").values_list("line_ref", flat=True))
    wrong = []
    for line in order.lines.all():
        is_sold = line.reference in sold
        if is_sold != (line.grant_id is not None):
            wrong.append(f"{line.reference} of an order that is {order.state}: sold {is_sold}, grant {line.grant_id}")
        if is_sold and order.state != "paid":
            wrong.append(f"{line.reference} is sold and its order is {order.state}")
        if order.state == "paid" and not is_sold and line.price_minor and not hasattr(line, "money_back"):
            wrong.append(f"{line.reference} was paid and is neither sold nor given back")
        holders = set(
            LicenceGrant.objects.filter(order_line_ref=line.reference).values_list("holder__email", flat=True)
        )
        wanted = order.gift.recipient_email if hasattr(order, "gift") else order.buyer.email
        if holders - {wanted}:
            wrong.append(f"{line.reference} was bought for {wanted} and is held by {holders}")
    if order.state == "paid" and {tip.reference for tip in order.tips.all()} - sold:
        wrong.append(f"{order.reference} has a tip that nobody got")
    return wrong
