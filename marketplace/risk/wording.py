"""The rules in the words of the administrators' page. They are for the one who decides, never for the buyer."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

_RULES = {
    "many_orders": _("Many orders of one person within an hour"),
    "many_orders_on_network": _("Many orders from one network within an hour"),
    "many_orders_on_card": _("Many orders on one card within an hour"),
    "large_order_of_a_new_account": _("A large order of a new account (about, in dollars)"),
    "many_declined_cards": _("Several cards were refused before this one paid"),
    "stolen_card_before": _("A bank called another card of this person stolen or lost"),
    "many_people_on_card": _("Many accounts pay with this card"),
    "many_people_on_device": _("Many accounts are used in this browser"),
    "many_people_on_network": _("Many accounts came from this network today"),
    "own_work": _("The buyer shares this with the artist"),
    "radar": _("Stripe's Radar says that the risk is"),
    "many_welcomes_on_network": _("Several storefronts of this network had welcome credits today"),
    "many_welcomes_on_device": _("Several storefronts of this browser had welcome credits today"),
    "early_warning": _("A bank warns that the payment was fraud"),
}
_FACTS = {
    "amount": _("Amount"),
    "account_age_hours": _("Hours since the account was opened"),
    "orders_last_hour": _("Payments of this person within an hour"),
    "orders_last_hour_on_network": _("Payments from the network within an hour"),
    "orders_last_hour_on_card": _("Payments on the card within an hour"),
    "declined_codes": _("Refused cards of the last day"),
    "people_on_card": _("Accounts on the card"),
    "people_on_device": _("Accounts in the browser"),
    "people_on_network_today": _("Accounts of the network today"),
    "shared_with_artist": _("Shared with the artist"),
    "risk_level": _("Radar's risk level"),
    "others_on_network": _("Others of the network with welcome credits today"),
    "others_on_device": _("Others of the browser with welcome credits today"),
    "type": _("Kind of fraud, in Stripe's word"),
}


def fired_in_words(fired: Mapping[str, str]) -> str:
    """One rule that did not allow something, with what it saw and its limit."""
    name = str(_RULES.get(fired["rule"], fired["rule"]))
    if fired.get("limit"):
        return gettext("%(rule)s: %(seen)s, limit %(limit)s") % {**fired, "rule": name}
    return gettext("%(rule)s: %(seen)s") % {"rule": name, "seen": fired["seen"]}


def facts_in_words(facts: Mapping[str, object]) -> list[tuple[str, str]]:
    """What the rules saw, each with its name, in one order (the database keeps none)."""
    told = []
    places = {name: place for place, name in enumerate(_FACTS)}
    for name, value in sorted(facts.items(), key=lambda fact: places.get(fact[0], len(places))):
        text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        told.append((str(_FACTS.get(name, name)), text or "–"))
    return told
