"""`{% licence_offers work %}`: what a visitor of a work's page can buy, or why not."""

from typing import Any

from django import template

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.licensing.selectors import availability, offers_of
from marketplace.orders.selectors import licence_held_by, open_order_for

register = template.Library()


@register.inclusion_tag("licensing/_offers.html", takes_context=True)
def licence_offers(context: dict[str, Any], work: Work) -> dict[str, Any]:
    """The panel of offers: prices, one-line summaries, Buy; told instead: sold, held, mine, already licensed."""
    request = context["request"]
    viewer = request.user if isinstance(request.user, User) else None
    state = availability(work)
    own_order = open_order_for(viewer, work) if viewer else None
    held_by_me = own_order is not None and own_order.reference == state.held_by_ref
    return {
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "work": work,
        "offers": offers_of(work),
        "state": state,
        "held_by_another": state.held_until is not None and not held_by_me,
        "own_order": own_order,
        "own_licence": licence_held_by(viewer, work) if viewer else None,
        "is_own_work": viewer is not None and work.artist.user_id == viewer.pk,
    }
