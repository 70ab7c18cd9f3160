"""The e-mails about shares in works, each in its reader's language."""

from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.catalog.selectors import title_in
from marketplace.royalties.models import WorkShare

State = WorkShare.State


def write_about_share(*, share_id: UUID, reader_id: UUID, state: str) -> None:
    """Offered, accepted, declined or ended (``state``), to the side that did not do it."""
    share = WorkShare.objects.select_related("work__artist", "artist").get(pk=share_id)
    reader = Artist.objects.select_related("user").get(pk=reader_id)
    with translation.override(reader.user.language):
        title = title_in(share.work, reader.user.language)
        facts = {
            "reader": reader,
            "share": share,
            "title": title,
            "state": state,
            "other": share.work.artist if reader == share.artist else share.artist,
            "address": settings.BASE_URL + reverse("my_royalties"),
        }
        body = render_to_string("royalties/letters/share.txt", facts)
        send_mail(_subject(state, title), body, None, [reader.user.email])


def _subject(state: str, title: str) -> str:
    told = {
        State.OFFERED: _("A share in “%(title)s” is offered to you"),
        State.ACCEPTED: _("Your share in “%(title)s” was accepted"),
        State.DECLINED: _("Your share in “%(title)s” was declined"),
        State.ENDED: _("A share in “%(title)s” has ended"),
    }
    return " ".join((told[State(state)] % {"title": title}).split())
