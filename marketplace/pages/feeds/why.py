"""Why a work is shown, in words, with the work that caused it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from marketplace.pages.cards import Card
from recommendations.models import Event
from recommendations.selectors import Reason, Recommendation

Kind = Event.Kind


@dataclass(frozen=True, slots=True)
class Why:
    """``words``, and ``cause``: the work that they end with."""

    words: str
    cause: Card | None = None


def why_popular() -> Why:
    """Of the popular ones."""
    return Why(_("Many people looked at it, liked it or bought it lately."))


def why_new() -> Why:
    """Of the new ones."""
    return Why(_("It was published lately. Everybody sees new works."))


def why_similar() -> Why:
    """Of those beside a work."""
    return Why(_("Its picture or its words are like those of the work on this page."))


def why_goes_with() -> Why:
    """Of those that were bought together with the work of the page."""
    return Why(_("People who bought the work on this page bought it too."))


def why_after_purchase() -> Why:
    """Of those shown to somebody who has bought."""
    return Why(_("It goes with what you have just bought: others bought both, or it is like it."))


def why(entry: Recommendation, *, act: str, cause: Card | None, tag_labels: Mapping[UUID, str]) -> Why:
    """Of a recommendation. ``act``: what the viewer did with the work that caused it (an Event.Kind), if known."""
    if entry.of_tag is not None and entry.of_tag in tag_labels:
        return Why(_("You chose “%(tag)s” as something that you like.") % {"tag": tag_labels[entry.of_tag]})
    if cause is not None and entry.reason == Reason.LIKE:
        return Why(_words_of(act), cause)
    if cause is not None and entry.reason == Reason.TASTE:
        return Why(_("People who like this work like it too:"), cause)
    if cause is not None and entry.reason == Reason.BOUGHT:
        return Why(_("People who bought this work bought it too:"), cause)
    if entry.reason == Reason.FOLLOWED:
        return Why(_("You follow its artist."))
    return why_new() if entry.reason == Reason.NEW else why_popular()


def _words_of(act: str) -> str:
    return {
        Kind.BOUGHT.value: _("It is like a work that you bought:"),
        Kind.LIKED.value: _("It is like a work that you liked:"),
        Kind.SAVED.value: _("It is like a work that you saved:"),
        Kind.CARTED.value: _("It is like a work that you put into your cart:"),
        Kind.DWELT.value: _("It is like a work with which you stayed longer:"),
    }.get(act, _("It is like a work that you looked at:"))
