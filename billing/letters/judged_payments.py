"""The letters about payments for credits and plans that are checked, each in its reader's language."""

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from billing.models import JudgedPayment
from marketplace.risk.selectors import verdict_on


def write_about_payment(*, object_ref: str, state: str) -> None:
    """How it stood with a payment when it came into ``state``: being checked until when, accepted, or not."""
    payment = JudgedPayment.objects.select_related("user").get(pk=object_ref)
    verdict = verdict_on(object_ref)
    with translation.override(payment.user.language):
        subjects = {
            JudgedPayment.State.HELD: _("We are checking your payment of %(amount)s"),
            JudgedPayment.State.ACCEPTED: _("Your payment of %(amount)s is accepted"),
            JudgedPayment.State.REFUND_DUE: _("We could not accept your payment of %(amount)s"),
        }
        facts = {
            "person": payment.user,
            "payment": payment,
            "state": state,
            "is_plan": object_ref.startswith("invoice:"),
            "decide_by": verdict.decide_by if verdict is not None else None,
            "address": f"{settings.BASE_URL}{reverse('my_credits')}",
        }
        body = render_to_string("billing/letters/judged_payment.txt", facts)
        subject = subjects[JudgedPayment.State(state)] % {"amount": payment.amount}
        send_mail(subject, body, None, [payment.user.email])
