"""The letters about held welcome credits, each in its reader's language."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from billing.services.welcome import welcome_reference
from marketplace.accounts.models import User
from marketplace.risk.selectors import verdict_on


def write_about_welcome(*, user_id: UUID) -> None:
    """How it stands with a person's held welcome credits: looked at until when, there, or not given."""
    verdict = verdict_on(welcome_reference(user_id))
    if verdict is None:
        return
    person = User.objects.get(pk=user_id)
    with translation.override(person.language):
        facts = {
            "person": person,
            "verdict": verdict,
            "decision": getattr(verdict, "decision", None),
            "amount": settings.CONFIGURATION.sign_up_credits,
            "BASE_URL": settings.BASE_URL,
        }
        body = render_to_string("billing/letters/welcome.txt", facts)
        send_mail(_("Your welcome credits"), body, None, [person.email])
