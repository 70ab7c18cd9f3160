"""`{% my_purchase work %}` on a work's page: the licence that the visitor holds, or the order that she has begun."""

from typing import Any

from django import template

from marketplace.accounts.models import User
from marketplace.catalog.models import Work
from marketplace.orders.selectors import licence_held_by, open_order_for

register = template.Library()


@register.inclusion_tag("orders/_my_purchase.html", takes_context=True)
def my_purchase(context: dict[str, Any], work: Work) -> dict[str, Any]:
    """Nothing for a stranger and for somebody who has bought nothing of this work."""
    viewer = context["request"].user
    if not isinstance(viewer, User):
        return {"licence": None, "order": None}
    return {"licence": licence_held_by(viewer, work), "order": open_order_for(viewer, work)}
