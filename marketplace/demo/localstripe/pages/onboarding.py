"""The hosted Connect onboarding page."""

from __future__ import annotations

import re

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.wrappers import Response

from ..api.dispatch import store
from ..domain.connect import add_bank_account, open_link, submit_details
from ..errors import StripeError
from ..identifiers import new_id
from ..transaction import Json, Transaction
from .language import gettext as _

blueprint = Blueprint("onboarding_page", __name__)
IDENTITY = (
    *("business_type", "company_name", "first_name", "last_name", "email", "phone", "birth_date"),
    *("line1", "city", "postal_code", "country", "tax_id"),
)
FIELDS = (*IDENTITY, "routing_number", "account_number", "agrees")


def _find(tx: Transaction, id: str, key: str) -> tuple[Json, Json, bool]:
    account = tx.find(id, kind="account")
    if account is None:
        abort(404)
    try:
        link, is_valid = open_link(tx, account, key)
    except StripeError:
        abort(404)
    return account, link, is_valid


@blueprint.get("/setup/e/<id>/<key>")
def show(id: str, key: str) -> str | Response:
    with store().reading() as tx:
        account, link, is_valid = _find(tx, id, key)
        if not is_valid:
            # As on Stripe: a used or old link sends back to where a new one is made.
            return redirect(link["refresh_url"])
        return render_template("onboarding.html", account=account, link=link, typed=_known(tx, account), errors={})


@blueprint.post("/setup/e/<id>/<key>")
def submit(id: str, key: str) -> str | Response | tuple[str, int]:
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    with store().writing(request_id=new_id("req", 14)) as tx:
        account, link, is_valid = _find(tx, id, key)
        if not is_valid:
            return redirect(link["refresh_url"], code=303)
        errors = _check(typed, asks_for_all=link.get("asks_for_all", False))
        if not errors:
            try:
                with tx.savepoint():
                    _keep(tx, account, link, typed)
            except StripeError as refused:
                account, link, _valid = _find(tx, id, key)
                errors[refused.param or "account_number"] = refused.message
        if errors:
            page = render_template("onboarding.html", account=account, link=link, typed=typed, errors=errors)
            return page, 422
        return redirect(link["return_url"], code=303)


def _known(tx: Transaction, account: Json) -> dict[str, str]:
    """What was told before stands in the form again, but for numbers."""
    known: dict[str, str] = tx.private(account["id"]).get("known", {})
    return {name: value for name, value in known.items() if name != "tax_id"}


def _keep(tx: Transaction, account: Json, link: Json, typed: dict[str, str]) -> None:
    add_bank_account(
        tx,
        account,
        number=typed["account_number"],
        routing=typed["routing_number"] or None,
        holder=f"{typed['first_name']} {typed['last_name']}",
    )
    link["is_used"] = True
    given = {name: typed[name] for name in IDENTITY}
    given["business_type"] = "company" if typed["business_type"] == "company" else "individual"
    submit_details(
        tx,
        account,
        given=given,
        ip=request.remote_addr,
        user_agent=request.headers.get("User-Agent"),
    )
    tx.save(account)


def _check(typed: dict[str, str], *, asks_for_all: bool) -> dict[str, str]:
    """What is wrong, by field."""
    errors = {}
    if typed["business_type"] == "company" and not typed["company_name"]:
        errors["company_name"] = _("Enter the company's name.")
    if not typed["first_name"]:
        errors["first_name"] = _("Enter your first name.")
    if not typed["last_name"]:
        errors["last_name"] = _("Enter your last name.")
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", typed["email"]):
        errors["email"] = _("Enter an e-mail address.")
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed["birth_date"]):
        errors["birth_date"] = _("Enter your date of birth.")
    if not typed["line1"] or not typed["city"] or not typed["postal_code"]:
        errors["line1"] = _("Enter the whole address.")
    if asks_for_all and not typed["tax_id"]:
        errors["tax_id"] = _("Enter a tax number.")
    if not typed["account_number"]:
        errors["account_number"] = _("Enter an account number.")
    if not typed["agrees"]:
        errors["agrees"] = _("Agree to the terms to go on.")
    return errors
