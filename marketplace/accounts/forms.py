"""Sign-up asks for what is needed and nothing more."""

from allauth.account.forms import SignupForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import User


class SignUpForm(SignupForm):
    """allauth's form with a name to greet the person by."""

    display_name = forms.CharField(
        label=_("Name"), max_length=80, required=False, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    field_order = ["email", "display_name", "password1"]

    def save(self, request: HttpRequest) -> User | None:
        user: User | None = super().save(request)
        if user is not None and self.cleaned_data["display_name"]:
            user.display_name = self.cleaned_data["display_name"]
            user.save(update_fields=["display_name"])
        return user
