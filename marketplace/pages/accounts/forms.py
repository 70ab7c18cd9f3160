"""Forms on a person and a storefront."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist, User


class StorefrontForm(forms.ModelForm[Artist]):
    """What a storefront begins with."""

    class Meta:
        model = Artist
        fields = ["name", "handle", "bio"]
        help_texts = {
            "name": _("The name that buyers see."),
            "handle": _("Your works will be found at /@address."),
            "bio": _("A few words on what you make. You can leave this for later."),
        }
        widgets = {"bio": forms.Textarea(attrs={"rows": 4})}


class PersonForm(forms.ModelForm[User]):
    """What a person can change about herself."""

    class Meta:
        model = User
        fields = ["display_name", "language"]
        labels = {"language": _("Language")}
