"""Payment methods that are no cards: Alipay, WeChat Pay and Link, as objects and on charges."""

from __future__ import annotations

from .parts import Json

DETAILS: dict[str, Json] = {
    "alipay": {"buyer_id": None, "fingerprint": None, "transaction_id": None},
    "wechat_pay": {"fingerprint": None, "location": None, "reader": None, "transaction_id": None},
    "link": {"country": "US"},
}


def wallet_method(*, id: str, created: int, type: str, billing: Json) -> Json:
    return {
        "id": id,
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        type: {"email": billing["email"]} if type == "link" else {},
        "billing_details": billing,
        "created": created,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": type,
    }


def wallet_charge_details(type: str) -> Json:
    """``payment_method_details`` of a charge."""
    return {type: dict(DETAILS[type]), "type": type}


def next_action(type: str, *, url: str, return_url: str | None) -> Json:
    """Where the buyer confirms, as the intent says it."""
    if type == "wechat_pay":
        return {
            "type": "wechat_pay_display_qr_code",
            "wechat_pay_display_qr_code": {
                "data": url,
                "hosted_instructions_url": url,
                "image_data_url": "",
                "image_url_png": "",
                "image_url_svg": "",
            },
        }
    return {
        "type": "alipay_handle_redirect",
        "alipay_handle_redirect": {"native_data": None, "native_url": None, "return_url": return_url, "url": url},
    }


def address_of(action: Json) -> str:
    """The page that a next_action sends the buyer to."""
    details = action[action["type"]]
    return str(details.get("url") or details.get("hosted_instructions_url"))
