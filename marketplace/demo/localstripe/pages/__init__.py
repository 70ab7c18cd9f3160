"""The pages that people see: checkout, bank authentication, onboarding, customer portal, invoices, dashboard."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Flask, Response, abort, render_template, request
from werkzeug.exceptions import HTTPException

from . import authentication, checkout, dashboard, express, invoice, misbehaviour, onboarding, portal, radar, wallet
from .language import day, install, moment

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
    "img-src 'self' http: https: data:; font-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Cache-Control": "no-store",
}


def register(app: Flask) -> None:
    """Add the pages, their words and their guards to the application."""
    install(app)
    app.jinja_env.filters["moment"] = moment
    app.jinja_env.filters["day"] = day
    for module in (
        authentication,
        checkout,
        dashboard,
        express,
        invoice,
        misbehaviour,
        onboarding,
        portal,
        radar,
        wallet,
    ):
        app.register_blueprint(module.blueprint)
    app.before_request(refuse_foreign_forms)
    app.after_request(add_headers)


def refuse_foreign_forms() -> None:
    """A form on another site must not pay, cancel or advance anything here."""
    if request.method != "POST" or request.path.startswith("/v1/"):
        return
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin and origin != "null" and urlsplit(origin).netloc != request.host:
        abort(403)


def add_headers(response: Response) -> Response:
    if not request.path.startswith("/v1/"):
        is_static = request.path.startswith("/static/")
        for name, value in HEADERS.items():
            if not (is_static and name == "Cache-Control"):
                response.headers.setdefault(name, value)
    return response


def problem_page(error: HTTPException) -> Response:
    code = error.code or 500
    return Response(render_template("problem.html", code=code, lang_hint=None), status=code)
