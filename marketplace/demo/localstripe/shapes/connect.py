"""Connected accounts, account links, login links, bank accounts, transfers and payouts."""

from __future__ import annotations

from .parts import Json, empty_list

DUE_AT_START = [
    "business_type",
    "external_account",
    "individual.address.city",
    "individual.address.line1",
    "individual.address.postal_code",
    "individual.dob",
    "individual.email",
    "individual.first_name",
    "individual.last_name",
    "tos_acceptance.date",
    "tos_acceptance.ip",
]


def requirements(
    due: list[str], *, disabled_reason: str | None, later: list[str] | None = None, errors: list[Json] | None = None
) -> Json:
    """``due`` now, ``later`` in time; ``errors``: what was given and could not be verified."""
    return {
        "alternatives": [],
        "current_deadline": None,
        "currently_due": due,
        "disabled_reason": disabled_reason,
        "errors": errors or [],
        "eventually_due": sorted({*due, *(later or [])}),
        "past_due": due,
        "pending_verification": [],
    }


def requirement_error(requirement: str, *, code: str, reason: str) -> Json:
    return {"code": code, "reason": reason, "requirement": requirement}


def address(given: Json, *, country: str) -> Json:
    names = ("city", "line1", "line2", "postal_code", "state")
    return {**{name: given.get(name) for name in names}, "country": given.get("country") or country}


def individual(*, id: str, account: str, created: int, known: Json, country: str, is_verified: bool) -> Json:
    """The person behind an account, as accounts show her whose requirements the platform collects."""
    year, month, day = known.get("birth_date", "--").split("-")
    nothing: Json = {"alternatives": [], "currently_due": [], "errors": [], "eventually_due": [], "past_due": []}
    document = {"back": None, "details": None, "details_code": None, "front": None}
    return {
        "id": id,
        "object": "person",
        "account": account,
        "address": address(known, country=country),
        "created": created,
        "dob": {"day": int(day or 0) or None, "month": int(month or 0) or None, "year": int(year or 0) or None},
        "email": known.get("email") or None,
        "first_name": known.get("first_name") or None,
        "future_requirements": {**nothing, "pending_verification": []},
        "id_number_provided": bool(known.get("tax_id")),
        "last_name": known.get("last_name") or None,
        "metadata": {},
        "phone": known.get("phone") or None,
        "relationship": {
            "authorizer": None,
            "director": False,
            "executive": False,
            "legal_guardian": False,
            "owner": False,
            "percent_ownership": None,
            "representative": True,
            "title": None,
        },
        "requirements": {**nothing, "pending_verification": []},
        "ssn_last_4_provided": False,
        "verification": {
            "additional_document": dict(document),
            "details": None,
            "details_code": None,
            "document": dict(document),
            "status": "verified" if is_verified else "unverified",
        },
    }


def company(known: Json, *, country: str) -> Json:
    """The company behind an account; Stripe shows whether it was told numbers, never the numbers."""
    document = {"back": None, "details": None, "details_code": None, "front": None}
    return {
        "address": address(known, country=country),
        "directors_provided": False,
        "executives_provided": False,
        "name": known.get("company_name") or None,
        "owners_provided": False,
        "phone": known.get("phone") or None,
        "tax_id_provided": bool(known.get("tax_id")),
        "vat_id_provided": bool(known.get("vat_id")),
        "verification": {"document": document},
    }


def capability(name: str, *, account: str, requested_at: int, status: str) -> Json:
    return {
        "id": name,
        "object": "capability",
        "account": account,
        "future_requirements": requirements([], disabled_reason=None),
        "requested": True,
        "requested_at": requested_at,
        "requirements": requirements([], disabled_reason=None),
        "status": status,
    }


def account(*, id: str, created: int, country: str, currency: str, type: str, controller: Json) -> Json:
    return {
        "id": id,
        "object": "account",
        "business_profile": {
            "annual_revenue": None,
            "estimated_worker_count": None,
            "mcc": None,
            "minority_owned_business_designation": None,
            "name": None,
            "product_description": None,
            "support_address": None,
            "support_email": None,
            "support_phone": None,
            "support_url": None,
            "url": None,
        },
        "business_type": None,
        "capabilities": {},
        "charges_enabled": False,
        "controller": controller,
        "country": country,
        "created": created,
        "default_currency": currency,
        "details_submitted": False,
        "email": None,
        "external_accounts": empty_list(f"/v1/accounts/{id}/external_accounts"),
        "future_requirements": requirements([], disabled_reason=None),
        "metadata": {},
        "payouts_enabled": False,
        "requirements": requirements(list(DUE_AT_START), disabled_reason="requirements.past_due"),
        "settings": {
            "bacs_debit_payments": {"display_name": None, "service_user_number": None},
            "branding": {"icon": None, "logo": None, "primary_color": None, "secondary_color": None},
            "card_issuing": {"tos_acceptance": {"date": None, "ip": None}},
            "card_payments": {
                "decline_on": {"avs_failure": False, "cvc_failure": False},
                "statement_descriptor_prefix": None,
                "statement_descriptor_prefix_kana": None,
                "statement_descriptor_prefix_kanji": None,
            },
            "dashboard": {"display_name": None, "timezone": "Etc/UTC"},
            "invoices": {"default_account_tax_ids": None, "hosted_payment_method_save": None},
            "payments": {
                "statement_descriptor": None,
                "statement_descriptor_kana": None,
                "statement_descriptor_kanji": None,
                "statement_descriptor_prefix_kana": None,
                "statement_descriptor_prefix_kanji": None,
            },
            "payouts": {
                "debit_negative_balances": True,
                "schedule": {"delay_days": 2, "interval": "daily"},
                "statement_descriptor": None,
            },
            "sepa_debit_payments": {},
        },
        "tos_acceptance": {"date": None, "ip": None, "user_agent": None},
        "type": type,
    }


def controller(*, fees_payer: str, losses: str, requirement_collection: str, dashboard: str) -> Json:
    return {
        "fees": {"payer": fees_payer},
        "is_controller": True,
        "losses": {"payments": losses},
        "requirement_collection": requirement_collection,
        "stripe_dashboard": {"type": dashboard},
        "type": "application",
    }


def account_link(*, created: int, expires_at: int, url: str) -> Json:
    return {"object": "account_link", "created": created, "expires_at": expires_at, "url": url}


def login_link(*, created: int, url: str) -> Json:
    return {"object": "login_link", "created": created, "url": url}


def bank_account(
    *, id: str, country: str, currency: str, holder: str | None, last4: str, routing: str | None, fingerprint: str
) -> Json:
    return {
        "id": id,
        "object": "bank_account",
        "account_holder_name": holder,
        "account_holder_type": "individual",
        "account_type": None,
        "bank_name": "LOCAL TEST BANK",
        "country": country,
        "currency": currency,
        "customer": None,
        "fingerprint": fingerprint,
        "last4": last4,
        "metadata": {},
        "routing_number": routing,
        "status": "new",
    }


def transfer(*, id: str, created: int, amount: int, currency: str, destination: str) -> Json:
    return {
        "id": id,
        "object": "transfer",
        "amount": amount,
        "amount_reversed": 0,
        "balance_transaction": None,
        "created": created,
        "currency": currency,
        "description": None,
        "destination": destination,
        "destination_payment": None,
        "livemode": False,
        "metadata": {},
        "reversals": empty_list(f"/v1/transfers/{id}/reversals"),
        "reversed": False,
        "source_transaction": None,
        "source_type": "card",
        "transfer_group": None,
    }


def transfer_reversal(*, id: str, created: int, amount: int, transfer: Json) -> Json:
    return {
        "id": id,
        "object": "transfer_reversal",
        "amount": amount,
        "balance_transaction": None,
        "created": created,
        "currency": transfer["currency"],
        "destination_payment_refund": None,
        "metadata": {},
        "source_refund": None,
        "transfer": transfer["id"],
    }


def payout(*, id: str, created: int, amount: int, currency: str, arrival_date: int, destination: str | None) -> Json:
    return {
        "id": id,
        "object": "payout",
        "amount": amount,
        "application_fee": None,
        "application_fee_amount": None,
        "arrival_date": arrival_date,
        "automatic": False,
        "balance_transaction": None,
        "created": created,
        "currency": currency,
        "description": None,
        "destination": destination,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "livemode": False,
        "metadata": {},
        "method": "standard",
        "original_payout": None,
        "payout_method": None,
        "reconciliation_status": "not_applicable",
        "reversed_by": None,
        "source_type": "card",
        "statement_descriptor": None,
        "status": "pending",
        "trace_id": {"status": "pending", "value": None},
        "type": "bank_account",
    }
