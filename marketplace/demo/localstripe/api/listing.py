"""Lists: newest first, by cursor, with filters."""

from __future__ import annotations

from typing import Any

from ..errors import parameter_invalid, resource_missing
from ..params import Params
from ..transaction import Json, Transaction

COMPARISONS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<="}


def list_of(
    tx: Transaction,
    params: Params,
    kind: str,
    *,
    url: str,
    where: dict[str, Any] | None = None,
    conditions: list[tuple[str, tuple[Any, ...]]] | None = None,
    ranges: tuple[str, ...] = ("created",),
) -> Json:
    """One page of a kind. Reads ``limit``, ``starting_after``, ``ending_before`` and the ranges (``created[gte]``)."""
    limit = params.whole("limit", minimum=1, maximum=100) or 10
    after, before = params.text("starting_after"), params.text("ending_before")
    if after and before:
        raise parameter_invalid("starting_after", "You cannot parameterize both starting_after and ending_before.")
    clauses = list(conditions or [])
    for name in ranges:
        clauses.extend(_range(params, name))
    cursor = after or before
    if cursor:
        position = tx.sequence(cursor)
        if position is None or tx.find(cursor, kind=kind) is None:
            raise resource_missing(kind, cursor, param="starting_after" if after else "ending_before")
        clauses.append(("seq < ?" if after else "seq > ?", (position,)))
    page = tx.select(
        kind,
        where={name: value for name, value in (where or {}).items() if value is not None},
        conditions=clauses,
        newest_first=not before,
        limit=limit + 1,
    )
    has_more = len(page) > limit
    page = page[:limit]
    if before:
        page.reverse()
    return {"object": "list", "data": page, "has_more": has_more, "url": url}


def _range(params: Params, name: str) -> list[tuple[str, tuple[Any, ...]]]:
    if not params.has(name):
        return []
    column = f"json_extract(body, '$.{name}')"
    if not params.is_group(name):
        return [(f"{column} = ?", (params.whole(name),))]
    group = params.section(name)
    assert group is not None
    found = []
    for comparison, sign in COMPARISONS.items():
        bound = group.whole(comparison)
        if bound is not None:
            found.append((f"{column} {sign} ?", (bound,)))
    return found


def page_of(items: list[Json], params: Params, *, url: str) -> Json:
    """A page of a list that lives inside an object."""
    limit = params.whole("limit", minimum=1, maximum=100) or 10
    after = params.text("starting_after")
    start = 0
    if after:
        ids = [item["id"] for item in items]
        if after not in ids:
            raise resource_missing("item", after, param="starting_after")
        start = ids.index(after) + 1
    return {
        "object": "list",
        "data": items[start : start + limit],
        "has_more": len(items) > start + limit,
        "url": url,
    }
