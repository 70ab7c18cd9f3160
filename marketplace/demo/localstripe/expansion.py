"""``expand[]``: replace ids in an answer by the objects they name, four levels deep at most."""

from __future__ import annotations

import copy
from typing import Any

from .errors import StripeError, parameter_invalid
from .transaction import Json, Transaction

MAX_DEPTH = 4


def expand(tx: Transaction, answer: Json, paths: list[str]) -> Json:
    """A copy of ``answer`` with each path expanded; a path into a list expands in each of its items."""
    if not paths:
        return answer
    result: Json = copy.deepcopy(answer)
    for path in paths:
        parts = path.split(".")
        if len(parts) > MAX_DEPTH + (parts[0] == "data"):
            raise parameter_invalid("expand", f"You cannot expand more than {MAX_DEPTH} levels of a property.")
        _expand(tx, result, parts, path)
    return result


def _expand(tx: Transaction, node: Any, parts: list[str], path: str) -> None:
    if isinstance(node, list):
        for item in node:
            _expand(tx, item, parts, path)
        return
    if not isinstance(node, dict):
        return
    name, rest = parts[0], parts[1:]
    _include(tx, node, name, rest)
    if name not in node:
        raise StripeError(f"This property cannot be expanded ({path}).", param="expand", is_final=False)
    value = node[name]
    if isinstance(value, str):
        found = tx.find(value, any_account=True)
        if found is None:
            raise StripeError(f"This property cannot be expanded ({path}).", param="expand", is_final=False)
        value = node[name] = copy.deepcopy(found)
    elif isinstance(value, list) and not rest:
        node[name] = [
            copy.deepcopy(tx.find(item, any_account=True) or item) if isinstance(item, str) else item for item in value
        ]
    if rest:
        _expand(tx, value, rest, path)


def line_items_of(tx: Transaction, session: str, wanted: list[str]) -> list[Json]:
    """A session's lines; with their ``discounts`` and ``taxes`` where these are wanted."""
    private = tx.private(session)
    names = {path.partition(".")[0] for path in wanted} & {"discounts", "taxes"}
    return [
        {**item, **{name: private["parts"]["items"][item["id"]][name] for name in names}}
        for item in private["line_items"]
    ]


def _include(tx: Transaction, node: Json, name: str, rest: list[str]) -> None:
    """What an object holds only on request."""
    if node.get("object") == "checkout.session" and name == "total_details" and rest[:1] == ["breakdown"]:
        node[name]["breakdown"] = copy.deepcopy(tx.private(node["id"])["parts"]["breakdown"])
    if node.get("object") == "checkout.session" and name == "line_items":
        items = line_items_of(tx, node["id"], rest[1:])
        already = (node.get("line_items") or {}).get("data")
        if already:
            items = [{**before, **item} for before, item in zip(already, items, strict=True)]
        node["line_items"] = {
            "object": "list",
            "data": items,
            "has_more": False,
            "url": f"/v1/checkout/sessions/{node['id']}/line_items",
        }
    if node.get("object") == "invoice" and name == "payments":
        payments = tx.select("invoice_payment", where={"invoice": node["id"]}, any_account=True)
        node["payments"] = {
            "object": "list",
            "data": payments,
            "has_more": False,
            "url": f"/v1/invoice_payments?invoice={node['id']}",
        }
