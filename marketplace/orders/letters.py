"""The e-mails about an order, each in its reader's language."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from billing.models import Sale
from marketplace.accounts.models import Artist, User
from marketplace.catalog.selectors import title_in
from marketplace.orders.evidence.selectors import as_artist_sees
from marketplace.orders.guests import order_address
from marketplace.orders.models import DisputeEvidence, Gift, Order, OrderLine, RefundRequest, SentLetter, SurplusPayment
from marketplace.orders.models.records import without_key
from marketplace.provenance.selectors import look_alikes_of
from marketplace.risk.selectors import verdict_on


def _lines(order: Order) -> list[OrderLine]:
    return list(
        order.lines.select_related("offer__terms", "work__artist__user", "grant").prefetch_related("work__texts")
    )


def _send(*, to: User, subject: str, template: str, facts: dict[str, object], order: Order | None = None) -> None:
    """``order``: the letter is to its buyer, and written down."""
    body = render_to_string(template, {"person": to, "BASE_URL": settings.BASE_URL, **facts})
    subject = " ".join(subject.split())
    send_mail(subject, body, None, [to.email])
    if order is not None:
        SentLetter.objects.create(order=order, subject=subject[:400], body=without_key(body))


def _withdrawn_with(line: OrderLine, language: str) -> list[str]:
    """The titles of the artist's other works that an exclusive sale took off the market: they show its picture."""
    if not line.offer.terms.is_exclusive:
        return []
    return [title_in(work, language) for work in look_alikes_of(line.work)]


def write_to_buyer(*, order_id: UUID) -> None:
    """Paid: where the file and the certificate are."""
    order = Order.objects.select_related("buyer").get(pk=order_id)
    with translation.override(order.buyer.language):
        lines = _lines(order)
        titled = [(line, title_in(line.work, order.buyer.language)) for line in lines]
        given = [(line, title) for line, title in titled if line.grant]
        _send(
            to=order.buyer,
            order=order,
            subject=_subject_of(order, given),
            template="orders/letters/paid.txt",
            facts={
                "order": order,
                "bought": given,
                "refused": [(line, title) for line, title in titled if line.refusal],
                "tips": list(order.tips.select_related("artist")),
                "gift": getattr(order, "gift", None),
                "address": order_address(order, reader=order.buyer),
            },
        )


def _subject_of(order: Order, given: list[tuple[OrderLine, str]]) -> str:
    if not given:
        return _("Thank you for your tip")
    if len(given) == 1:
        return _("Your licence for “%(title)s”") % {"title": given[0][1]}
    return _("Your %(count)d licences") % {"count": len(given)}


def write_to_recipient(*, order_id: UUID) -> None:
    """Given: by whom, what, and where it is."""
    gift = Gift.objects.select_related("recipient", "order__buyer").get(pk=order_id)
    recipient = gift.recipient
    assert recipient is not None  # written when the order was settled, before this job was queued
    with translation.override(recipient.language):
        titles = [title_in(line.work, recipient.language) for line in _lines(gift.order) if line.grant]
        _send(
            to=recipient,
            subject=_("%(giver)s gives you “%(title)s”")
            % {"giver": gift.order.giver_name or _("Somebody"), "title": titles[0]},
            template="orders/letters/given.txt",
            facts={"gift": gift, "titles": titles, "address": order_address(gift.order, reader=recipient)},
        )


def write_to_artist(*, order_id: UUID) -> None:
    """Sold: what, under which licence, for how much, and her share."""
    order = Order.objects.get(pk=order_id)
    for line in _lines(order):
        if not line.grant:
            continue
        artist = line.work.artist.user
        with translation.override(artist.language):
            title = title_in(line.work, artist.language)
            sale = Sale.objects.get(line_ref=line.reference)
            _send(
                to=artist,
                subject=_("You sold “%(title)s”") % {"title": title},
                template="orders/letters/sold.txt",
                facts={
                    "line": line,
                    "title": title,
                    "sale": sale,
                    "promotion": sale.parts.filter(kind=Sale.Kind.PROMOTION).first(),
                    "withdrawn": _withdrawn_with(line, artist.language),
                },
            )

    for tip in order.tips.select_related("artist__user"):
        artist = tip.artist.user
        with translation.override(artist.language):
            _send(
                to=artist,
                subject=_("You got a tip of %(amount)s") % {"amount": tip.amount},
                template="orders/letters/tipped.txt",
                facts={"tip": tip, "sale": Sale.objects.get(line_ref=tip.reference)},
            )


def write_about_hold(*, order_id: UUID) -> None:
    """Paid, and looked at before the file is open: until when, and that the money comes back otherwise."""
    order = Order.objects.select_related("buyer").get(pk=order_id)
    verdict = verdict_on(order.reference)
    if order.state != Order.State.HELD or verdict is None:
        return  # it is decided already, and the letter about that is on its way
    with translation.override(order.buyer.language):
        title = _title_of(order)
        _send(
            to=order.buyer,
            order=order,
            subject=_checking(order) % {"title": title},
            template="orders/letters/held.txt",
            facts={
                "order": order,
                "title": title,
                "decide_by": verdict.decide_by,
                "address": order_address(order, reader=order.buyer),
            },
        )


def _checking(order: Order) -> str:
    if order.paid.amount_minor:
        return _("We are checking your payment for “%(title)s”")
    return _("We are checking your order of “%(title)s”")


def write_about_reversal(*, order_id: UUID) -> None:
    """What cost nothing was taken back: which licences have ended, why, and how to object."""
    order = Order.objects.select_related("buyer").get(pk=order_id)
    with translation.override(order.buyer.language):
        ended = [line for line in _lines(order) if line.grant and hasattr(line.grant, "ending")]
        _send(
            to=order.buyer,
            order=order,
            subject=_("Your order of “%(title)s” was taken back") % {"title": _title_of(order)},
            template="orders/letters/reversed.txt",
            facts={
                "order": order,
                "ended": [(line.grant, title_in(line.work, order.buyer.language)) for line in ended],
                "because": ended[0].grant.ending.note if ended and ended[0].grant else "",
            },
        )


def write_about_dispute(*, dispute_id: str) -> None:
    """A bank disputes a payment: to each artist whose work it was for, until when she can add to our answer."""
    answer = DisputeEvidence.objects.select_related("dispute", "order").get(pk=dispute_id)
    if answer.order is None or not answer.is_undecided:
        return
    for artist in Artist.objects.filter(works__order_lines__order=answer.order).select_related("user").distinct():
        with translation.override(artist.user.language):
            seen = as_artist_sees(answer, artist)
            _send(
                to=artist.user,
                subject=_("A bank disputes a payment for “%(titles)s”") % {"titles": ", ".join(seen.titles)},
                template="orders/letters/disputed.txt",
                facts={"seen": seen, "answer": answer},
            )


def write_about_refund(*, order_id: UUID) -> None:
    """The payment came too late: what happened, and that the money is on its way back."""
    order = Order.objects.select_related("buyer").get(pk=order_id)
    with translation.override(order.buyer.language):
        title = _title_of(order)
        _send(
            to=order.buyer,
            order=order,
            subject=_("Your payment for “%(title)s” is refunded") % {"title": title},
            template="orders/letters/refunded.txt",
            facts={"order": order, "title": title, "refusal": order.get_refusal_display()},
        )


def write_about_failed_refund(*, order_id: UUID) -> None:
    """The bank did not take the money back: that we still owe it, and how to hear from us."""
    order = Order.objects.select_related("buyer").get(pk=order_id)
    with translation.override(order.buyer.language):
        title = _title_of(order)
        _send(
            to=order.buyer,
            order=order,
            subject=_("Your refund for “%(title)s” did not arrive") % {"title": title},
            template="orders/letters/refund_failed.txt",
            facts={"order": order, "title": title, "amount": order.paid},
        )


def write_about_surplus_payment(*, surplus_id: UUID) -> None:
    """Paid twice: how much came, and that it goes back."""
    row = SurplusPayment.objects.select_related("order__buyer").get(pk=surplus_id)
    with translation.override(row.order.buyer.language):
        title = _title_of(row.order)
        _send(
            to=row.order.buyer,
            order=row.order,
            subject=_("You paid twice for “%(title)s”") % {"title": title},
            template="orders/letters/paid_twice.txt",
            facts={"order": row.order, "title": title, "amount": row.amount},
        )


def write_about_failed_surplus_return(*, surplus_id: UUID) -> None:
    """The bank did not take a second payment back: that it is still hers, and how to hear from us."""
    row = SurplusPayment.objects.select_related("order__buyer").get(pk=surplus_id)
    with translation.override(row.order.buyer.language):
        title = _title_of(row.order)
        _send(
            to=row.order.buyer,
            order=row.order,
            subject=_("Your refund for “%(title)s” did not arrive") % {"title": title},
            template="orders/letters/refund_failed.txt",
            facts={"order": row.order, "title": title, "amount": row.amount},
        )


def write_about_failed_line_return(*, line_id: UUID) -> None:
    """The bank did not take a refused line's price: that it is still hers, and how to hear from us."""
    line = OrderLine.objects.select_related("order__buyer", "work").prefetch_related("work__texts").get(pk=line_id)
    buyer = line.order.buyer
    with translation.override(buyer.language):
        title = title_in(line.work, buyer.language)
        _send(
            to=buyer,
            order=line.order,
            subject=_("Your refund for “%(title)s” did not arrive") % {"title": title},
            template="orders/letters/refund_failed.txt",
            facts={"order": line.order, "title": title, "amount": line.paid},
        )


def _title_of(order: Order) -> str:
    """The first work's title, in the buyer's language; whom a tip was for where there is no work."""
    lines = _lines(order)
    if lines:
        return title_in(lines[0].work, order.buyer.language)
    return ", ".join(order.tips.order_by("artist_id").values_list("artist__name", flat=True))


def write_about_request(*, request_id: UUID) -> None:
    """A refund is asked for: for what, why, until when the artist decides, and where."""
    request = _request(request_id)
    artist = request.line.work.artist.user
    with translation.override(artist.language):
        title = title_in(request.line.work, artist.language)
        _send(
            to=artist,
            subject=_("A refund is asked for “%(title)s”") % {"title": title},
            template="orders/letters/refund_asked.txt",
            facts={"request": request, "title": title},
        )


def write_about_decision(*, request_id: UUID) -> None:
    """Somebody decided: what comes back, or why not and what the buyer can do."""
    request = _request(request_id)
    buyer = request.line.order.buyer
    with translation.override(buyer.language):
        title = title_in(request.line.work, buyer.language)
        _send(
            to=buyer,
            order=request.line.order,
            subject=_("Your refund request for “%(title)s”") % {"title": title},
            template="orders/letters/refund_decided.txt",
            facts={
                "request": request,
                "title": title,
                "was_artist": request.decided_by_id == request.line.work.artist.user_id,
            },
        )


def write_about_failed_payback(*, request_id: UUID) -> None:
    """The bank did not take what was granted: that it is still hers, and how to hear from us."""
    request = _request(request_id)
    order = request.line.order
    with translation.override(order.buyer.language):
        title = title_in(request.line.work, order.buyer.language)
        _send(
            to=order.buyer,
            order=order,
            subject=_("Your refund for “%(title)s” did not arrive") % {"title": title},
            template="orders/letters/refund_failed.txt",
            facts={"order": order, "title": title, "amount": request.granted},
        )


def write_about_disputed_payback(*, request_id: UUID, payback: str) -> None:
    """To buyer and artist: a granted refund waits for the bank, is settled by it, or goes on."""
    request = _request(request_id)
    buyer, artist = request.line.order.buyer, request.line.work.artist.user
    for person in (buyer, artist):
        with translation.override(person.language):
            title = title_in(request.line.work, person.language)
            _send(
                to=person,
                order=request.line.order if person == buyer else None,
                subject=_("The refund for “%(title)s” and the bank") % {"title": title},
                template="orders/letters/refund_disputed.txt",
                facts={"request": request, "title": title, "payback": payback, "is_buyer": person == buyer},
            )


def _request(request_id: UUID) -> RefundRequest:
    return RefundRequest.objects.select_related("line__order__buyer", "line__work__artist__user").get(pk=request_id)
