"""How the studio says a length of time."""

from uuid import UUID, uuid4

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from marketplace.studio.grids.axes import What

register = template.Library()


@register.filter
def duration(seconds: float | None) -> str:
    """Seconds as a person says them: “8 seconds”, “3 minutes”; never less than a second."""
    whole = max(1, round(seconds or 0))
    if whole < 90:
        return ngettext("%(n)d second", "%(n)d seconds", whole) % {"n": whole}
    minutes = round(whole / 60)
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}


@register.simple_tag
def new_submission() -> UUID:
    """The id of an order that a button makes: pressed twice, it is one order."""
    return uuid4()


@register.filter
def axis_name(what: What) -> str:
    """What differs along an axis of a grid, as its heading."""
    return {
        What.WORDS: _("Words"),
        What.SEED: _("Seed"),
        What.STEPS: _("Steps"),
        What.GUIDANCE: _("Guidance"),
        What.MODEL: _("Model"),
    }[what]
