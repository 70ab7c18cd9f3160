"""Stripe's names of what it wants to know, and of why an account is restricted, in words.

The names: https://docs.stripe.com/api/accounts/object, `requirements.currently_due` and `.disabled_reason`.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _


def requirements_in_words(names: Iterable[str]) -> list[str]:
    """What Stripe wants, each thing once, in the order in which Stripe names it."""
    return list(dict.fromkeys(_requirement(name) for name in names))


def restriction_in_words(disabled_reason: str) -> str:
    """Why Stripe pays nothing out at present; empty where it says nothing that she does not see anyway."""
    return {
        "requirements.past_due": _("The payment service is waiting for details from you."),
        "requirements.pending_verification": _("The payment service is checking your details."),
        "under_review": _("The payment service is reviewing your account."),
        "listed": _("The payment service compares your details with lists that the law gives it."),
        "platform_paused": _("We have paused your account at the payment service; write to us."),
        "rejected.fraud": _("The payment service has closed your account: it suspects fraud."),
        "rejected.terms_of_service": _("The payment service has closed your account: it breaks its terms."),
        "rejected.listed": _("The payment service has closed your account: you stand in a list of the law."),
        "rejected.other": _("The payment service has closed your account."),
        "rejected.incomplete_verification": _("The payment service could not verify your details in time."),
        "action_required.requested_capabilities": _("The payment service has to allow your account to receive money."),
    }.get(disabled_reason, _("The payment service has restricted your account.") if disabled_reason else "")


def _requirement(name: str) -> str:
    person, _dot, part = name.partition(".")
    if person in {"individual", "representative", "owners", "directors", "executives", "company"} or person.startswith(
        "person_"
    ):
        return _of_a_company(part) if person == "company" else _of_a_person(part)
    return {
        "business_type": _("whether you sell as a person or a business"),
        "external_account": _("your bank account"),
        "business_profile": _("what you sell, and where"),
        "tos_acceptance": _("that you accept the payment service's terms"),
    }.get(person, _("another detail"))


def _of_a_person(part: str) -> str:
    first = part.partition(".")[0]
    return {
        "first_name": _("your name"),
        "last_name": _("your name"),
        "dob": _("your date of birth"),
        "address": _("your address"),
        "registered_address": _("your address"),
        "email": _("your e-mail address"),
        "phone": _("your telephone number"),
        "id_number": _("your tax number"),
        "ssn_last_4": _("your tax number"),
        "verification": _("a picture of your identity card or passport"),
        "nationality": _("your nationality"),
        "political_exposure": _("whether you hold a public office"),
        "relationship": _("what you are in the company"),
    }.get(first, _("another detail"))


def _of_a_company(part: str) -> str:
    first = part.partition(".")[0]
    return {
        "name": _("the company's name"),
        "address": _("the company's address"),
        "phone": _("the company's telephone number"),
        "tax_id": _("the company's tax number"),
        "vat_id": _("the company's VAT number"),
        "registration_number": _("the company's number in the register"),
        "owners_provided": _("who owns the company"),
        "directors_provided": _("who directs the company"),
        "executives_provided": _("who leads the company"),
        "verification": _("a document about the company"),
    }.get(first, _("another detail about the company"))
