"""The purchase thousands of times side by side: the same order for another buyer each, under ids of its own."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import TypeVar
from uuid import UUID

from django.db.models import Model

from marketplace.accounts.models import User
from marketplace.core.ids import new_id
from marketplace.orders.models import Order, OrderLine
from tests.flows.orderings.story import Story

M = TypeVar("M", bound=Model)


def open_copies(story: Story, count: int) -> list[Order]:
    """So many orders as the story's was before anything of Stripe's was heard, each of a buyer of her own."""
    buyers = [User(email=f"copy{n}@example.org", display_name=f"Copy {n}") for n in range(count)]
    User.objects.bulk_create(buyers, batch_size=1000)
    template = story.order
    orders, lines = [], []
    for n, buyer in enumerate(buyers):
        order = _like(template, id=new_id(), buyer=buyer, checkout_session_id=renamed(template.checkout_session_id, n))
        orders.append(order)
        lines.append(_like(story.line, id=new_id(), order=order))
    Order.objects.bulk_create(orders, batch_size=1000)
    OrderLine.objects.bulk_create(lines, batch_size=1000)
    return orders


def _like(row: M, **other: object) -> M:
    made = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields})
    for name, value in other.items():
        setattr(made, name, value)
    return made


def renamed(stripe_id: str, copy: int) -> str:
    """An id of Stripe's as copy number ``copy`` has it."""
    return f"{stripe_id}x{copy:05d}"


def rewritten(text: str, *, ids: Iterable[str], orders: tuple[UUID, UUID], copy: int) -> str:
    """What Stripe said of the one order, as said of a copy: (the order, the copy) and all ids of Stripe's changed."""
    for stripe_id in ids:
        text = text.replace(stripe_id, renamed(stripe_id, copy))
    return text.replace(str(orders[0]), str(orders[1]))


def bodies_of(story: Story, order: Order, copy: int) -> list[str]:
    """The events of a copy, as webhooks bring them."""
    return [
        rewritten(json.dumps(event), ids=story.ids, orders=(story.order.pk, order.pk), copy=copy)
        for _stage, event in story.events
    ]
