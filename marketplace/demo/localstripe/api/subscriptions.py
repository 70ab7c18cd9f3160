"""/v1/subscriptions and /v1/subscription_items (read)."""

from __future__ import annotations

from flask import Blueprint

from ..clocks import customer_now
from ..domain import cards_on_file, changes, pauses, subscriptions, trials
from ..errors import StripeError, parameter_invalid
from ..events import snapshot, update_and_emit
from ..params import Params
from ..transaction import Json, Transaction
from .dispatch import endpoint
from .listing import list_of, page_of

blueprint = Blueprint("subscriptions", __name__)
URL = "/v1/subscriptions"
PRORATIONS = ("create_prorations", "none", "always_invoice")
PAUSE_BEHAVIORS = ("void", "keep_as_draft")
BEHAVIORS = ("allow_incomplete", "default_incomplete", "error_if_incomplete")
STATUSES = [
    "active",
    "canceled",
    "incomplete",
    "incomplete_expired",
    "past_due",
    "trialing",
    "unpaid",
    "paused",
    "all",
    "ended",
]


@endpoint(blueprint, "POST", URL)
def create(tx: Transaction, params: Params) -> Json:
    customer = tx.load("customer", params.need("customer"), param="customer")
    items = []
    for item in params.sections("items", required=True):
        price = tx.load("price", item.need("price"), param=item.full("price"))
        items.append((price, item.whole("quantity", minimum=1, maximum=999_999) or 1))
    method = _read_default_method(tx, params, customer["id"])
    settings = params.section("payment_settings")
    fields: Json = {}
    if settings is not None:
        saving = settings.choice("save_default_payment_method", ["off", "on_subscription"])
        fields["payment_settings"] = {
            "payment_method_options": None,
            "payment_method_types": settings.texts("payment_method_types") or None,
            "save_default_payment_method": saving or "off",
        }
    trial_days = params.whole("trial_period_days", minimum=1, maximum=730)
    if params.text("collection_method") not in (None, "charge_automatically"):
        raise parameter_invalid("collection_method", "This local server collects automatically only.")
    subscription = subscriptions.start_subscription(
        tx,
        customer=customer,
        items=items,
        default_payment_method=method,
        trial_days=trial_days,
        metadata=params.metadata(),
        description=params.text("description", max_length=500),
        payment_behavior=params.choice("payment_behavior", BEHAVIORS) or "allow_incomplete",
        off_session=params.flag("off_session") is not False,
        fields=fields,
    )
    if params.flag("cancel_at_period_end"):
        subscriptions.set_cancel_at_period_end(tx, subscription, True)
        tx.save(subscription)
    return subscription


def _read_default_method(tx: Transaction, params: Params, customer: str) -> str | None:
    wanted = params.text("default_payment_method")
    if wanted is None:
        return None
    method = cards_on_file.usable_payment_method(tx, wanted, customer=customer, param="default_payment_method")
    if method["customer"] != customer:
        raise parameter_invalid(
            "default_payment_method",
            f"The customer does not have a payment method with the ID {wanted}. The payment method must be attached to "
            "the customer.",
        )
    return str(method["id"])


@endpoint(blueprint, "GET", URL)
def listing(tx: Transaction, params: Params) -> Json:
    status = params.choice("status", STATUSES)
    conditions: list[tuple[str, tuple[object, ...]]] = []
    where = {"customer": params.text("customer")}
    ended = "json_extract(body, '$.status') IN ('canceled', 'incomplete_expired')"
    if status is None:
        conditions.append((f"NOT {ended}", ()))
    elif status == "ended":
        conditions.append((ended, ()))
    elif status != "all":
        where["status"] = status
    price = params.text("price")
    if price:
        conditions.append(
            (
                "EXISTS (SELECT 1 FROM json_each(body, '$.items.data') AS item "
                "WHERE json_extract(item.value, '$.price.id') = ?)",
                (price,),
            )
        )
    return list_of(tx, params, "subscription", url=URL, where=where, conditions=conditions)


@endpoint(blueprint, "GET", f"{URL}/<id>")
def retrieve(tx: Transaction, params: Params, id: str) -> Json:
    return tx.load("subscription", id)


@endpoint(blueprint, "POST", f"{URL}/<id>")
def update(tx: Transaction, params: Params, id: str) -> Json:
    subscription = tx.load("subscription", id)
    if subscription["status"] in ("canceled", "incomplete_expired") and set(params.names()) - {"metadata"}:
        raise StripeError(
            "A canceled subscription can only update its cancellation_details and metadata.",
            code="resource_missing",
        )
    before = snapshot(subscription)
    subscription["metadata"] = params.metadata(current=subscription["metadata"])
    if params.has("description"):
        subscription["description"] = params.text("description", max_length=500)
    if params.has("default_payment_method"):
        subscription["default_payment_method"] = _read_default_method(tx, params, subscription["customer"])
    at_end = params.flag("cancel_at_period_end")
    if at_end is not None:
        subscriptions.set_cancel_at_period_end(tx, subscription, at_end)
    if params.has("cancel_at"):
        moment = params.whole("cancel_at")
        now = customer_now(tx, subscription["customer"])
        if moment is not None and moment <= now:
            raise parameter_invalid("cancel_at", "cancel_at must lie in the future.")
        subscription.update(cancel_at=moment, canceled_at=now if moment else None)
    _change_pause(tx, params, subscription)
    _change_trial(tx, params, subscription)
    _change_items(tx, params, subscription)
    subscriptions.plan_next(tx, subscription)
    update_and_emit(tx, subscription, before, "customer.subscription.updated")
    return subscription


def _change_pause(tx: Transaction, params: Params, subscription: Json) -> None:
    if not params.has("pause_collection"):
        return
    pause = params.section("pause_collection")
    if pause is None:
        pauses.clear_pause(tx, subscription)
        return
    behavior = pause.choice("behavior", PAUSE_BEHAVIORS, required=True)
    assert behavior is not None
    pauses.set_pause(tx, subscription, behavior=behavior, resumes_at=pause.whole("resumes_at"))


def _change_trial(tx: Transaction, params: Params, subscription: Json) -> None:
    if not params.has("trial_end"):
        return
    end = params.whole("trial_end")
    now = customer_now(tx, subscription["customer"])
    if end is None or not now < end <= now + trials.AT_MOST_S:
        raise parameter_invalid("trial_end", "trial_end must lie in the future, at most 730 days from now.")
    if params.choice("proration_behavior", PRORATIONS) != "none":
        raise parameter_invalid(
            "proration_behavior", "This local server moves a trial's end with proration_behavior=none only."
        )
    trials.move_end(tx, subscription, end)


def _change_items(tx: Transaction, params: Params, subscription: Json) -> None:
    """Other prices and quantities, or a new period with the same."""
    terms = read_terms(tx, params, subscription)
    given = [
        (one.need("id"), one.text("price"), one.whole("quantity", minimum=1, maximum=999_999))
        for one in params.sections("items")
    ]
    if not given and not terms.is_new_period:
        return
    items = {item["id"]: item for item in subscription["items"]["data"]}
    wanted = [changes.read_change(tx, items, *one) for one in given]
    changes.change_items(tx, subscription, wanted, terms)


def read_terms(tx: Transaction, params: Params, subscription: Json) -> changes.Terms:
    """How a change is to be billed: of an update, or of a preview's ``subscription_details``."""
    at = params.whole("proration_date")
    return changes.Terms(
        proration=params.choice("proration_behavior", PRORATIONS) or "create_prorations",
        at=customer_now(tx, subscription["customer"]) if at is None else at,
        is_new_period=params.choice("billing_cycle_anchor", ("now", "unchanged")) == "now",
        payment_behavior=params.choice("payment_behavior", ("allow_incomplete", "error_if_incomplete"))
        or "allow_incomplete",
    )


@endpoint(blueprint, "DELETE", f"{URL}/<id>")
def cancel(tx: Transaction, params: Params, id: str) -> Json:
    subscription = tx.load("subscription", id)
    details = params.section("cancellation_details")
    if details is not None:
        subscription["cancellation_details"].update(comment=details.text("comment"), feedback=details.text("feedback"))
    for name in ("invoice_now", "prorate"):
        if params.flag(name):
            raise parameter_invalid(name, "This local server prorates changes, not cancellations.")
    return subscriptions.cancel_now(
        tx,
        subscription,
        at=customer_now(tx, subscription["customer"]),
        reason="cancellation_requested",
    )


@endpoint(blueprint, "POST", f"{URL}/<id>/resume")
def resume(tx: Transaction, params: Params, id: str) -> Json:
    subscription = tx.load("subscription", id)
    if subscription["status"] != "paused":
        raise StripeError(
            f"Only paused subscriptions can be resumed: this one is {subscription['status']}. To take back a planned "
            "cancellation, update it with cancel_at_period_end=false.",
        )
    return subscription


@endpoint(blueprint, "GET", "/v1/subscription_items")
def items_of(tx: Transaction, params: Params) -> Json:
    subscription = tx.load("subscription", params.need("subscription"), param="subscription")
    return page_of(subscription["items"]["data"], params, url="/v1/subscription_items")
