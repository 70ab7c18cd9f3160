"""Counts beside the choices of the search form, and the ways out of an empty answer."""

from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from marketplace.pages.catalog.forms import ANY, SearchForm
from recommendations.selectors import Facets

SELECTS = ("medium", "licence", "colour", "aspect", "origin", "model")
# What a facet of the search is called in the form's address.
PARAMETERS = {"price": ("price_from", "price_to")}


@dataclass(frozen=True, slots=True)
class CountedLink:
    """A choice with how many works it keeps; ``url`` chooses it, or takes it back where ``is_chosen``."""

    label: str
    count: int
    url: str
    is_chosen: bool = False


def show_counts(form: SearchForm, facets: Facets) -> None:
    """Write the counts into the form's lists, and leave out what nothing would be found by, but for what is chosen."""
    for name in SELECTS:
        field = form.fields[name]
        labels = dict(getattr(field, "choices", [])) or dict(field.widget.choices)
        counts = {choice.value: choice.count for choice in facets.choices[name]}
        chosen = form.cleaned_data.get(name) or ""
        if chosen and chosen not in counts:
            counts[chosen] = 0
        field.widget.choices = [
            *ANY,
            *((value, f"{labels.get(value, value)} ({count})") for value, count in counts.items()),
        ]


def artist_links(chosen: dict[str, str], facets: Facets) -> list[CountedLink]:
    """The artists of what was found."""
    present = chosen.get("artist", "").strip().removeprefix("@").lower()
    links = []
    for choice in facets.choices["artist"]:
        is_chosen = choice.value.lower() == present
        wanted = {"artist": "" if is_chosen else choice.value}
        links.append(CountedLink(choice.label, choice.count, _address(chosen, wanted), is_chosen))
    return links


def price_links(chosen: dict[str, str], facets: Facets) -> list[CountedLink]:
    """Bands of prices."""
    links = []
    for band in facets.prices:
        wanted = {"price_from": _major(band.from_minor), "price_to": _major(band.to_minor)}
        is_chosen = all(chosen.get(name, "") == value for name, value in wanted.items())
        url = _address(chosen, dict.fromkeys(wanted, "") if is_chosen else wanted)
        links.append(CountedLink(_band_label(band.from_minor, band.to_minor), band.count, url, is_chosen))
    return links


def ways_out(chosen: dict[str, str], lifted: dict[str, int], form: SearchForm) -> list[CountedLink]:
    """For an empty answer: each filter that may be lifted, with how many works there are then."""
    links = []
    for name, count in lifted.items():
        names = PARAMETERS.get(name, (name,))
        label = _("Price") if name == "price" else str(form.fields[name].label) if name in form.fields else name
        links.append(CountedLink(label, count, _address(chosen, dict.fromkeys(names, ""))))
    return links


def _address(chosen: dict[str, str], wanted: dict[str, str]) -> str:
    kept = {name: value for name, value in {**chosen, **wanted}.items() if value}
    return f"?{urlencode(kept)}" if kept else "?"


def _major(minor: int | None) -> str:
    return "" if minor is None else format(Decimal(minor) / 100, "f").removesuffix(".00")


def _band_label(low: int | None, high: int | None) -> str:
    if low is None:
        return _("up to $%(to)s") % {"to": _major(high)}
    if high is None:
        return _("from $%(from)s") % {"from": _major(low)}
    return f"${_major(low)}–{_major(high)}"
