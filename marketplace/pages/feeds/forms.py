"""What a visitor sets for her feeds."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.pages.feeds.widgets import Slider


class FeedForm(forms.Form):
    """Two sliders and a switch."""

    novelty = forms.IntegerField(
        min_value=0,
        max_value=100,
        label=_("Familiar or new"),
        help_text=_("Left: near to what you like already. Right: new works, and artists that you do not know."),
        widget=Slider,
    )
    diversity = forms.IntegerField(
        min_value=0,
        max_value=100,
        label=_("Alike or diverse"),
        help_text=_("Left: what suits best comes first, even if it is much alike. Right: as much variety as there is."),
        widget=Slider,
    )
    no_personal_data = forms.BooleanField(
        required=False,
        label=_("No personal data in my feeds"),
        help_text=_(
            "Then the front page shows what is popular and new for everybody. What you hid, muted or own stays away."
        ),
    )
