"""The e-mails about an artist's payouts, in her language."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.models import BankRefusal, PayoutStop
from billing.selectors.bank_refusals import refusal_in_words


def write_about_stop(*, stop_id: UUID) -> None:
    """A person stopped her payouts: why, what it means, and how to answer."""
    _write(stop_id, subject=gettext_noop("Your payouts are stopped"), template="payouts_stopped")


def write_about_lifting(*, stop_id: UUID) -> None:
    """She can be paid again."""
    _write(stop_id, subject=gettext_noop("Your payouts go on"), template="payouts_go_on")


def write_about_bank_refusal(*, stripe_payout_id: str) -> None:
    """Her bank did not take a payout: why, where the money is, and what to do."""
    refusal = BankRefusal.objects.select_related("artist__user").get(pk=stripe_payout_id)
    person = refusal.artist.user
    with translation.override(person.language):
        facts = {"person": person, "refusal": refusal, "why": refusal_in_words(refusal), "BASE_URL": settings.BASE_URL}
        body = render_to_string("billing/letters/payout_refused_by_bank.txt", facts)
        send_mail(_("Your bank did not take a payout"), body, None, [person.email])


def _write(stop_id: UUID, *, subject: str, template: str) -> None:
    stop = PayoutStop.objects.select_related("artist__user").get(pk=stop_id)
    person = stop.artist.user
    with translation.override(person.language):
        body = render_to_string(
            f"billing/letters/{template}.txt", {"person": person, "stop": stop, "BASE_URL": settings.BASE_URL}
        )
        send_mail(_(subject), body, None, [person.email])
