"""The Flask application: the API, the hosted pages, and what it needs from the options."""

from __future__ import annotations

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from . import idempotency, pages
from .api import (
    billing_portal,
    books,
    catalog,
    checkout,
    connect,
    customers,
    discounts,
    events,
    files,
    invoices,
    payments,
    radar,
    subscription_schedules,
    subscriptions,
    tax,
    test_clocks,
)
from .api.dispatch import error_response
from .delivery import hurry
from .errors import StripeError
from .identifiers import new_id
from .options import Options
from .store import Store

LARGEST_FORM = 1024 * 1024
LARGEST_BODY = 6 * 1024 * 1024
"""A file of evidence and what comes with it."""


def create_app(options: Options, store: Store) -> Flask:
    """An application over an open store; names the configured webhook endpoint in it."""
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["MAX_FORM_MEMORY_SIZE"] = LARGEST_FORM
    app.config["PUBLIC_URL"] = options.public_url
    app.config["SECRET_KEY_OF_API"] = options.secret_key
    app.extensions["localstripe_store"] = store
    app.extensions["localstripe_keys"] = idempotency.KeysInUse()
    with store.writing() as tx:
        tx.set_setting("country", options.country)
        tx.set_setting("currency", options.currency)
        tx.set_setting("funds_delay_s", str(options.funds_delay_s))
        tx.set_setting("public_url", options.public_url or f"http://{options.host}:{options.port}")
        if options.webhook_url:
            events.set_configured_endpoint(tx, url=options.webhook_url, secret=options.webhook_secret)
            hurry(tx, tx.setting("configured_endpoint") or "")
    for module in (
        billing_portal,
        books,
        catalog,
        checkout,
        connect,
        customers,
        discounts,
        events,
        files,
        invoices,
        payments,
        radar,
        subscription_schedules,
        subscriptions,
        tax,
        test_clocks,
    ):
        app.register_blueprint(module.blueprint)
    pages.register(app)
    app.register_error_handler(HTTPException, _unknown_address)
    return app


def _unknown_address(error: HTTPException) -> Response:
    if not request.path.startswith("/v1/"):
        return pages.problem_page(error)
    code = error.code or 500
    message = (
        f"Unrecognized request URL ({request.method}: {request.path}). This local server does not serve it."
        if code in (404, 405)
        else f"The request could not be read: {error.description}"
    )
    return error_response(StripeError(message, status=404 if code == 405 else code), new_id("req", 14))
