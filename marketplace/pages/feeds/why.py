"""Why a work is shown, in words, with the work that caused it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.catalog.audiences import STRANGER, Access
from marketplace.catalog.models import Tag
from marketplace.pages.cards import Card, cards_of
from marketplace.pages.labels import label_of
from recommendations.models import Event
from recommendations.selectors import Reason, Recommendation

Kind = Event.Kind
PICKED = "picked"
# By the names with which forms hand a reason on: a work that was hidden comes back with the one that it had.
_WORDS = {
    "popular": gettext_lazy("Many people looked at it, liked it or bought it lately."),
    "new": gettext_lazy("It was published lately. Everybody sees new works."),
    "similar": gettext_lazy("Its picture or its words are like those of the work on this page."),
    "goes_with": gettext_lazy("People who bought the work on this page bought it too."),
    "after_purchase": gettext_lazy("It goes with what you have just bought: others bought both, or it is like it."),
    "followed": gettext_lazy("You follow its artist."),
}
_WORDS_BEFORE_A_WORK = {
    "liked_too": gettext_lazy("People who like this work like it too:"),
    "bought_too": gettext_lazy("People who bought this work bought it too:"),
    Kind.BOUGHT.value: gettext_lazy("It is like a work that you bought:"),
    Kind.LIKED.value: gettext_lazy("It is like a work that you liked:"),
    Kind.SAVED.value: gettext_lazy("It is like a work that you saved:"),
    Kind.CARTED.value: gettext_lazy("It is like a work that you put into your cart:"),
    Kind.DWELT.value: gettext_lazy("It is like a work with which you stayed longer:"),
    Kind.VIEWED.value: gettext_lazy("It is like a work that you looked at:"),
}


@dataclass(frozen=True, slots=True)
class Why:
    """``words``, and ``cause``: the work that they end with. ``name``: what `why_named` makes it of again."""

    words: str
    name: str
    cause: Card | None = None


def why_popular() -> Why:
    """Of the popular ones."""
    return _plain("popular")


def why_new() -> Why:
    """Of the new ones."""
    return _plain("new")


def why_similar() -> Why:
    """Of those beside a work."""
    return _plain("similar")


def why_goes_with() -> Why:
    """Of those that were bought together with the work of the page."""
    return _plain("goes_with")


def why_after_purchase() -> Why:
    """Of those shown to somebody who has bought."""
    return _plain("after_purchase")


def why(entry: Recommendation, *, act: str, cause: Card | None, tag_labels: Mapping[UUID, str]) -> Why:
    """Of a recommendation. ``act``: what the viewer did with the work that caused it (an Event.Kind), if known."""
    if entry.of_tag is not None and entry.of_tag in tag_labels:
        return _picked(entry.of_tag, tag_labels[entry.of_tag])
    if cause is not None and entry.reason == Reason.LIKE:
        return _caused(act if act in _WORDS_BEFORE_A_WORK else Kind.VIEWED.value, cause)
    if cause is not None and entry.reason == Reason.TASTE:
        return _caused("liked_too", cause)
    if cause is not None and entry.reason == Reason.BOUGHT:
        return _caused("bought_too", cause)
    if entry.reason == Reason.FOLLOWED:
        return _plain("followed")
    return why_new() if entry.reason == Reason.NEW else why_popular()


def why_named(name: str, access: Access = STRANGER) -> Why | None:
    """The reason that a form handed on; None where there is none of this name, or its work or tag is gone."""
    kind, _colon, key = name.partition(":")
    if not key:
        return _plain(kind) if kind in _WORDS else None
    try:
        wanted = UUID(key)
    except ValueError:
        return None
    if kind == PICKED:
        tag = Tag.objects.filter(pk=wanted).prefetch_related("labels").first()
        return _picked(tag.pk, label_of(tag)) if tag else None
    cause = cards_of([wanted], access).get(wanted)
    return _caused(kind, cause) if cause and kind in _WORDS_BEFORE_A_WORK else None


def _plain(kind: str) -> Why:
    return Why(str(_WORDS[kind]), kind)


def _picked(tag_id: UUID, label: str) -> Why:
    return Why(_("You chose “%(tag)s” as something that you like.") % {"tag": label}, f"{PICKED}:{tag_id}")


def _caused(kind: str, cause: Card) -> Why:
    return Why(str(_WORDS_BEFORE_A_WORK[kind]), f"{kind}:{cause.work_id}", cause)
