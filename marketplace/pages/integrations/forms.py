"""What a person says of an endpoint."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.integrations.event_types import EventType
from marketplace.integrations.models import LONGEST_URL


class EndpointForm(forms.Form):
    """Where, what for, and which events. The address itself is judged by the service."""

    url = forms.CharField(
        label=_("Address"),
        max_length=LONGEST_URL,
        widget=forms.TextInput(attrs={"type": "url", "placeholder": "https://example.org/atelier-webhooks"}),
    )
    description = forms.CharField(
        label=_("What it is for"), max_length=120, required=False, help_text=_("For yourself. Can stay empty.")
    )
    event_types = forms.MultipleChoiceField(
        label=_("Tell it when"),
        choices=EventType.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one event.")},
    )
