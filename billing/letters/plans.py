"""The e-mails about plans and automatic top-ups, each in its reader's language."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from billing.models import AutomaticTopUp, PlanLetter
from marketplace.accounts.models import User


def _send(*, to: User, subject: str, template: str, facts: dict[str, object]) -> None:
    addresses = {
        "card_url": f"{settings.BASE_URL}{reverse('change_card')}",
        "credits_url": f"{settings.BASE_URL}{reverse('my_credits')}",
    }
    body = render_to_string(f"billing/letters/{template}.txt", {"person": to, **addresses, **facts})
    send_mail(" ".join(subject.split()), body, None, [to.email])


def write_about_plan(*, letter_id: UUID) -> None:
    """A payment failed: where to mend the card, and until when the benefits stay; or: they have ended."""
    letter = PlanLetter.objects.select_related("subscription__user", "subscription__plan").get(pk=letter_id)
    subscription = letter.subscription
    with translation.override(subscription.user.language):
        name = subscription.plan.name
        subjects = {
            PlanLetter.Kind.PAYMENT_FAILED: _("Your payment for %(plan)s did not go through"),
            PlanLetter.Kind.BENEFITS_ENDED: _("The benefits of %(plan)s have ended"),
        }
        _send(
            to=subscription.user,
            subject=subjects[PlanLetter.Kind(letter.kind)] % {"plan": name},
            template=f"plan_{letter.kind}",
            facts={"subscription": subscription, "plan_name": name},
        )


def write_about_top_up(*, user_id: UUID) -> None:
    """An automatic top-up stopped: why, and how to go on."""
    top_up = AutomaticTopUp.objects.select_related("user", "pack").get(user_id=user_id)
    with translation.override(top_up.user.language):
        _send(
            to=top_up.user,
            subject=_("Your automatic top-up has stopped"),
            template="top_up_stopped",
            facts={"top_up": top_up},
        )
