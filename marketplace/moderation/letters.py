"""The e-mails of moderation, in the artist's language."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.catalog.models import Work
from marketplace.catalog.selectors import title_in
from marketplace.moderation.models import Decision


def _decision(decision_id: UUID) -> Decision:
    return Decision.objects.select_related("work__artist__user").prefetch_related("work__texts").get(pk=decision_id)


def write_about_hiding(*, decision_id: UUID) -> None:
    """Hidden: why, and how to appeal."""
    decision = _decision(decision_id)
    artist = decision.work.artist
    with translation.override(artist.user.language):
        title = title_in(decision.work, artist.user.language)
        _send(decision, _("Your work “%(title)s” was hidden") % {"title": title}, "hidden", title)


def write_about_appeal(*, decision_id: UUID) -> None:
    """The appeal's answer."""
    decision = _decision(decision_id)
    artist = decision.work.artist
    with translation.override(artist.user.language):
        title = title_in(decision.work, artist.user.language)
        _send(decision, _("The answer to your appeal about “%(title)s”") % {"title": title}, "appeal", title)


def _send(decision: Decision, subject: str, template: str, title: str) -> None:
    body = render_to_string(
        f"moderation/letters/{template}.txt",
        {
            "artist": decision.work.artist,
            "decision": decision,
            "title": title,
            "is_listed": decision.work.status == Work.Status.LISTED,
            "restored": decision.action == Decision.Action.RESTORE,
            "address": settings.BASE_URL + decision.get_absolute_url(),
        },
    )
    send_mail(" ".join(subject.split()), body, None, [decision.work.artist.user.email])
