"""Stripe's text fields of an answer (https://docs.stripe.com/api/disputes/evidence_object)."""

from marketplace.orders.evidence.facts import Bought, Case, Fetched

# Stripe's own bounds: for one field, and for all of them.
LONGEST_TEXT = 20_000
LONGEST_TOGETHER = 150_000


def stripe_texts(case: Case) -> dict[str, str]:
    """What there is to say, under Stripe's names; nothing is said where nothing is known."""
    said = {
        "product_description": _description(case),
        "customer_name": case.buyer_name,
        "customer_email_address": case.buyer_email,
        "service_date": f"{case.paid_at:%Y-%m-%d}" if case.paid_at else "",
        "access_activity_log": _activity(case),
        "refund_policy_disclosure": _refund_policy(case),
        "refund_refusal_explanation": "\n\n".join(case.refusals),
        "uncategorized_text": _words(case),
    }
    most = min(LONGEST_TEXT, LONGEST_TOGETHER // len(said))
    return {name: _cut(text, most) for name, text in said.items() if text.strip()}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 2] + " …"


def _description(case: Case) -> str:
    parts = []
    if case.bought:
        parts.append("Digital artworks, licensed and delivered as downloads as soon as they were paid.")
        parts += [_what(one) for one in case.bought]
    if case.credits:
        parts.append(f"{case.credits} for making pictures in the shop's studio, added to the account at once.")
    parts += [f"A tip of {tip}, for nothing in return." for tip in case.tips]
    return "\n".join(parts)


def _what(one: Bought) -> str:
    text = f"“{one.title}” by {one.artist} ({one.address}), {one.price}"
    if one.licence is None:
        return text + ", no licence was granted."
    licence = one.licence
    return (
        f"{text}: {licence.terms}, number {licence.number}, granted on {licence.granted_at:%Y-%m-%d %H:%M} UTC. "
        f"{licence.summary} Anyone can check it at {licence.verify_at}."
    )


def _activity(case: Case) -> str:
    steps = []
    if case.buyer_since:
        steps.append(f"{case.buyer_since:%Y-%m-%d %H:%M:%S} UTC account opened")
    if case.ordered_at:
        steps.append(f"{case.ordered_at:%Y-%m-%d %H:%M:%S} UTC order placed {case.order_id}".strip())
    if case.consent:
        steps.append(f"Before paying the buyer agreed to delivery at once: {case.consent}")
    if case.paid_at:
        brought = "licence granted and file open to the buyer" if case.bought else case.credits or "received"
        steps.append(f"{case.paid_at:%Y-%m-%d %H:%M:%S} UTC paid; {brought}")
    steps += [_download(one) for one in case.downloads]
    steps += case.uses
    if case.orders_before:
        steps.append(f"The same account had paid {case.orders_before} earlier order(s) that no bank has disputed.")
    return "\n".join(steps)


def _download(one: Fetched) -> str:
    from_where = f" from network {one.network}" if one.network else ""
    return f"{one.at:%Y-%m-%d %H:%M:%S} UTC file of licence {one.licence} downloaded{from_where} ({one.user_agent})"


def _refund_policy(case: Case) -> str:
    if not case.order_id:
        return ""
    return (
        f"Every order's page offers a refund request for {case.refund_days} days after the purchase. The artist "
        "answers it first; a buyer who is refused can ask the shop to decide."
    )


def _words(case: Case) -> str:
    """The shop's own words first, then what the artists know."""
    shop = [one.text for one in case.words if not one.is_artist]
    artists = [f"The artist {one.author} writes: {one.text}" for one in case.words if one.is_artist]
    return "\n\n".join([*shop, *artists])
