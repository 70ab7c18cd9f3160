"""The conditions under which a search stands, each to be taken off alone."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from marketplace.pages.catalog.forms import SearchForm

CHOICES = ("medium", "licence", "aspect", "origin", "model", "colour")


@dataclass(frozen=True, slots=True)
class ActiveFilter:
    """``label``: the condition in words; ``url``: the search without it; ``colour``: to be shown beside, or empty."""

    label: str
    url: str
    colour: str = ""


def active_filters(form: SearchForm, chosen: dict[str, str]) -> list[ActiveFilter]:
    """What of ``form`` narrows down or orders; a field in error does neither. ``chosen``: the present address."""
    given = form.cleaned_data
    found = []
    for name in CHOICES:
        if value := given.get(name):
            labels = dict(getattr(form.fields[name], "choices", []))
            found.append(_without(chosen, [name], f"{form.fields[name].label}: {labels.get(value, value)}"))
    if artist := form.filters.artist_handle:
        found.append(_without(chosen, ["artist"], _("Artist: @%(handle)s") % {"handle": artist}))
    if price := _price(given.get("price_from"), given.get("price_to")):
        found.append(_without(chosen, ["price_from", "price_to"], price))
    if form.colour_wish is not None:
        found.append(_without(chosen, ["by_colour", "near", "weight"], _("Near this colour"), given["near"]))
    return found


def _without(chosen: dict[str, str], names: list[str], label: str, colour: str = "") -> ActiveFilter:
    kept = {name: value for name, value in chosen.items() if name not in names}
    return ActiveFilter(label, f"?{urlencode(kept)}" if kept else "?", colour)


def _price(low: object, high: object) -> str:
    if low is not None and high is not None:
        return _("$%(low)s to $%(high)s") % {"low": low, "high": high}
    if low is not None:
        return _("From $%(low)s") % {"low": low}
    return _("Up to $%(high)s") % {"high": high} if high is not None else ""
