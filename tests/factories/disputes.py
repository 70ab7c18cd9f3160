"""Orders whose payment a bank disputes, made through the services but without Stripe."""

from datetime import timedelta

from billing.gateway import Dispute as DisputeFacts
from billing.services import note_dispute, record_sale
from marketplace.catalog.models import Work
from marketplace.core.clock import now
from marketplace.core.ids import new_id
from marketplace.orders.models import DisputeEvidence, Order, OrderLine
from marketplace.orders.services.evidence import gather_evidence
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale


def paid_order(*works: Work, buyer=None) -> Order:
    """A paid order of one personal licence in each work, with its sales in the ledger."""
    buyer = buyer or UserFactory()
    works = works or (work_on_sale(),)
    offers = [offer_of(work, "personal") for work in works]
    payment = f"pi_{new_id().hex}"
    order = Order.objects.create(
        buyer=buyer,
        state=Order.State.PAID,
        total_minor=sum(offer.price_minor for offer in offers),
        currency="USD",
        pay_until=now(),
        paid_at=now(),
        payment_intent_id=payment,
    )
    for offer in offers:
        line = OrderLine.objects.create(
            order=order,
            offer=offer,
            work=offer.work,
            version=offer.work.versions.get(is_current=True),
            price_minor=offer.price_minor,
            currency="USD",
        )
        line.grant = licence_in(offer.work, holder=buyer, line=line.reference)
        line.save()
        record_sale(
            order_ref=order.reference,
            line_ref=line.reference,
            artist=offer.work.artist,
            gross=line.price,
            work=offer.work,
            payment_ref=payment,
        )
    return order


def dispute_facts(order: Order, **more) -> DisputeFacts:
    """What Stripe says of a dispute of all of an order's payment; due in nine days."""
    known = {
        "id": f"du_{new_id().hex}",
        "payment_intent_id": order.payment_intent_id,
        "amount": order.total,
        "reason": "fraudulent",
        "status": "needs_response",
        "created": now(),
        "evidence_due_by": now() + timedelta(days=9, hours=1),
        "is_withdrawn": True,
        "is_reinstated": False,
    }
    return DisputeFacts(**{**known, **more})


def disputed_order(*works: Work, buyer=None, **more) -> DisputeEvidence:
    """The answer to a dispute of a paid order, with its evidence gathered."""
    found = dispute_facts(paid_order(*works, buyer=buyer), **more)
    note_dispute(found)
    gather_evidence(dispute_id=found.id)
    return DisputeEvidence.objects.select_related("dispute", "order").get(pk=found.id)
