"""Who is behind a connected account: what was told, what of it is verified, and what accounts show of it.

Numbers that cannot be verified are those of https://docs.stripe.com/connect/testing.
"""

from __future__ import annotations

from ..shapes import connect as shapes
from ..transaction import Json, Transaction

UNVERIFIABLE_NUMBER = "111111111"


def learn(tx: Transaction, account: Json, given: Json) -> None:
    """Keep what was told, beside what was told before; an empty value changes nothing."""
    known = tx.private(account["id"]).setdefault("known", {})
    known.update({name: value for name, value in given.items() if value})
    if given.get("business_type"):
        account["business_type"] = given["business_type"]
    account["business_type"] = account["business_type"] or "individual"


def requirements_of(tx: Transaction, account: Json) -> Json:
    """What is due of an account that went through onboarding, and why it is restricted, if it is."""
    private = tx.private(account["id"])
    known = private.get("known", {})
    if reason := private.get("rejected_for"):
        return shapes.requirements([], disabled_reason=f"rejected.{reason}")
    holder = "individual" if account["business_type"] == "individual" else "company"
    number = "individual.id_number" if holder == "individual" else "company.tax_id"
    if known.get("tax_id") == UNVERIFIABLE_NUMBER:
        document = f"{holder}.verification.document"
        error = shapes.requirement_error(
            document,
            code="verification_failed_keyed_identity",
            reason="The person's keyed-in identity information could not be verified.",
        )
        return shapes.requirements([document], disabled_reason="requirements.past_due", errors=[error])
    return shapes.requirements([], disabled_reason=None, later=[] if known.get("tax_id") else [number])


def show(tx: Transaction, account: Json) -> None:
    """Put the person and the company into an account whose requirements the platform collects; others hide them."""
    if account["controller"].get("requirement_collection") != "application":
        return
    private = tx.private(account["id"])
    known = private.get("known", {})
    account["company"] = shapes.company(
        known if account["business_type"] not in (None, "individual") else {}, country=account["country"]
    )
    if account["business_type"] == "individual":
        account["individual"] = shapes.individual(
            id=private["person"],
            account=account["id"],
            created=account["created"],
            known=known,
            country=account["country"],
            is_verified=account["details_submitted"] and not account["requirements"]["errors"],
        )
    else:
        account.pop("individual", None)
    tx.save(account)
