"""What a connected account's owner sees: her balance, transfers to her, payouts to her bank."""

from __future__ import annotations

from flask import Blueprint, abort, render_template

from ..api.dispatch import store
from ..domain.books import balances

blueprint = Blueprint("express_page", __name__)
SHOWN = 50


@blueprint.get("/express/<id>/<key>")
def show(id: str, key: str) -> str:
    with store().reading() as tx:
        account = tx.find(id, kind="account")
        if account is None or key not in tx.private(id).get("login_keys", []):
            abort(404)
        received = tx.select("transfer", where={"destination": id}, limit=SHOWN)
        with tx.acting_as(id):
            available, pending = balances(tx)
            payouts = tx.select("payout", limit=SHOWN)
        return render_template(
            "express.html",
            account=account,
            available=available,
            pending=pending,
            transfers=received,
            payouts=payouts,
        )
