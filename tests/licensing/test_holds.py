"""Holds: one open checkout at a time, until a moment."""

from datetime import timedelta

import pytest

from marketplace.core.clock import now
from marketplace.licensing.errors import SoldExclusively, WorkHeld
from marketplace.licensing.models import LicenceGrant, LicenceHold
from marketplace.licensing.selectors import availability
from marketplace.licensing.services import grant_licence, hold_exclusive, release_hold
from tests.factories.accounts import UserFactory
from tests.factories.licensing import licence_in, offer_of, work_on_sale

pytestmark = pytest.mark.django_db


def in_minutes(minutes):
    return now() + timedelta(minutes=minutes)


def held_by_the_past(work):
    """A hold of `order:old` whose time is over."""
    hold = hold_exclusive(work=work, holder_ref="order:old", until=in_minutes(30))
    LicenceHold.objects.filter(pk=hold.pk).update(created_at=in_minutes(-40), until=in_minutes(-10))


def grant_exclusive(work, *, holder_ref, line="order_line:x"):
    offer = offer_of(work, "exclusive")
    return grant_licence(
        offer=offer,
        version=work.versions.get(),
        holder=UserFactory(),
        order_line_ref=line,
        price=offer.price,
        holder_ref=holder_ref,
    )


def test_a_hold_is_told_to_others_with_its_end():
    work = work_on_sale()
    until = in_minutes(30)
    hold = hold_exclusive(work=work, holder_ref="order:a", until=until)
    assert hold_exclusive(work=work, holder_ref="order:a", until=in_minutes(60)) == hold
    with pytest.raises(WorkHeld) as refused:
        hold_exclusive(work=work, holder_ref="order:b", until=in_minutes(30))
    assert refused.value.until == until
    assert until.strftime("%H:%M") in refused.value.message
    assert "not been charged" in refused.value.way_out
    assert availability(work).held_until == until


def test_a_release_is_the_holders_alone():
    work = work_on_sale()
    hold_exclusive(work=work, holder_ref="order:a", until=in_minutes(30))
    assert not release_hold(work=work, holder_ref="order:b")
    assert availability(work).held_until is not None
    assert release_hold(work=work, holder_ref="order:a")
    assert not release_hold(work=work, holder_ref="order:a")
    hold_exclusive(work=work, holder_ref="order:b", until=in_minutes(30))


def test_a_hold_whose_time_is_over_gives_way():
    work = work_on_sale()
    held_by_the_past(work)
    assert availability(work).is_open
    hold_exclusive(work=work, holder_ref="order:new", until=in_minutes(30))
    assert LicenceHold.objects.filter(work=work, released_at=None).get().holder_ref == "order:new"


def test_a_late_payer_gets_the_work_while_nobody_else_holds_it():
    work = work_on_sale()
    held_by_the_past(work)
    grant_exclusive(work, holder_ref="order:old")
    assert not LicenceHold.objects.filter(released_at=None).exists()


def test_a_late_payer_does_not_get_what_another_holds():
    work = work_on_sale()
    held_by_the_past(work)
    hold_exclusive(work=work, holder_ref="order:new", until=in_minutes(30))
    with pytest.raises(WorkHeld):
        grant_exclusive(work, holder_ref="order:old")
    assert not LicenceGrant.objects.exists()
    grant_exclusive(work, holder_ref="order:new")


def test_an_ordinary_licence_that_was_paid_during_a_hold_is_given():
    work = work_on_sale()
    hold_exclusive(work=work, holder_ref="order:a", until=in_minutes(30))
    licence_in(work, "personal")
    grant_exclusive(work, holder_ref="order:a")


def test_nothing_is_held_after_an_exclusive_sale():
    work = work_on_sale()
    licence_in(work, "exclusive")
    with pytest.raises(SoldExclusively):
        hold_exclusive(work=work, holder_ref="order:a", until=in_minutes(30))
