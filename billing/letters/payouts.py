"""The e-mails about an artist's payouts, in her language."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.models import PayoutStop


def write_about_stop(*, stop_id: UUID) -> None:
    """A person stopped her payouts: why, what it means, and how to answer."""
    _write(stop_id, subject=gettext_noop("Your payouts are stopped"), template="payouts_stopped")


def write_about_lifting(*, stop_id: UUID) -> None:
    """She can be paid again."""
    _write(stop_id, subject=gettext_noop("Your payouts go on"), template="payouts_go_on")


def _write(stop_id: UUID, *, subject: str, template: str) -> None:
    stop = PayoutStop.objects.select_related("artist__user").get(pk=stop_id)
    person = stop.artist.user
    with translation.override(person.language):
        body = render_to_string(
            f"billing/letters/{template}.txt", {"person": person, "stop": stop, "BASE_URL": settings.BASE_URL}
        )
        send_mail(_(subject), body, None, [person.email])
