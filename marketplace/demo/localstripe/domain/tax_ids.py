"""Customers' tax ids: their forms, and the verification that follows.

Test values of the documentation (https://docs.stripe.com/billing/customer/tax-ids#testing): nine zeros are verified,
nine ones are not, nine twos stay pending.
"""

from __future__ import annotations

import re

from ..clocks import REAL, schedule
from ..errors import StripeError
from ..events import emit, snapshot, update_and_emit
from ..identifiers import new_id
from ..shapes.tax import tax_id as tax_id_shape
from ..transaction import Json, Transaction

VERIFY = "verify_tax_id"
EU_VAT = {
    "AT": r"U\d{8}",
    "BE": r"[01]\d{9}",
    "BG": r"\d{9,10}",
    "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}",
    "DE": r"\d{9}",
    "DK": r"\d{8}",
    "EE": r"\d{9}",
    "EL": r"\d{9}",
    "ES": r"[A-Z0-9]\d{7}[A-Z0-9]",
    "FI": r"\d{8}",
    "FR": r"[A-Z0-9]{2}\d{9}",
    "HR": r"\d{11}",
    "HU": r"\d{8}",
    "IE": r"\d[A-Z0-9]\d{5}[A-Z]{1,2}",
    "IT": r"\d{11}",
    "LT": r"\d{9}|\d{12}",
    "LU": r"\d{8}",
    "LV": r"\d{11}",
    "MT": r"\d{8}",
    "NL": r"\d{9}B\d{2}",
    "PL": r"\d{10}",
    "PT": r"\d{9}",
    "RO": r"\d{2,10}",
    "SE": r"\d{12}",
    "SI": r"\d{8}",
    "SK": r"\d{10}",
    "XI": r"\d{9}|\d{12}",
}
FORMS = {
    "eu_vat": "|".join(f"{country}(?:{form})" for country, form in EU_VAT.items()),
    "gb_vat": r"GB(?:\d{9}|\d{12})",
    "au_abn": r"\d{11}",
    "ca_bn": r"\d{9}",
    "ch_vat": r"CHE-?\d{3}\.?\d{3}\.?\d{3}(?:MWST|TVA|IVA)",
    "cn_tin": r"[0-9A-Z]{15,20}",
    "hk_br": r"\d{8}",
    "jp_cn": r"\d{13}",
    "jp_trn": r"T\d{13}",
    "no_vat": r"\d{9}MVA",
    "us_ein": r"\d{2}-\d{7}",
}
VERIFIED_TYPES = ("eu_vat", "gb_vat", "au_abn")
TYPES = tuple(FORMS)


def checked_value(type: str, value: str, *, param: str = "value") -> str:
    """The value without spaces, in capitals. Raises ``tax_id_invalid`` where its form is not the type's."""
    text = re.sub(r"\s", "", value).upper()
    if not re.fullmatch(FORMS[type], text):
        raise StripeError(f"Invalid value for {type}.", code="tax_id_invalid", param=param, is_final=False)
    return text


def country_of(type: str, value: str) -> str:
    if type == "eu_vat":
        return {"EL": "GR", "XI": "GB"}.get(value[:2], value[:2])
    return type[:2].upper()


def create_tax_id(tx: Transaction, customer: Json, *, type: str, value: str) -> Json:
    """Give a customer a tax id; the authority's answer comes a moment later."""
    value = checked_value(type, value)
    body = tax_id_shape(
        id=new_id("txi"),
        created=tx.real_now_s,
        customer=customer["id"],
        type=type,
        value=value,
        country=country_of(type, value),
        status="pending" if type in VERIFIED_TYPES else "unavailable",
    )
    tx.insert("tax_id", body)
    emit(tx, "customer.tax_id.created", body)
    if type in VERIFIED_TYPES and "222222222" not in value:
        schedule(tx, object_id=body["id"], task=VERIFY, clock=REAL, due_at=tx.real_now_s + 1)
    return body


def verify(tx: Transaction, tax_id: Json) -> None:
    before = snapshot(tax_id)
    is_known = "111111111" not in tax_id["value"]
    tax_id["verification"] = {
        "status": "verified" if is_known else "unverified",
        "verified_address": None,
        "verified_name": "Example Company" if is_known else None,
    }
    update_and_emit(tx, tax_id, before, "customer.tax_id.updated")


def tax_ids_of(tx: Transaction, customer: str) -> list[Json]:
    return tx.select("tax_id", where={"customer": customer}, newest_first=False)
