"""Name, address and VAT id for invoices."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import BillingDetails
from billing.services import save_billing_details
from billing.vat_ids import VatIdFormWrong
from marketplace.accounts.countries import countries
from marketplace.accounts.models import User


class BillingForm(forms.ModelForm[BillingDetails]):
    """As people write it; the service checks the VAT id."""

    country = forms.ChoiceField(label=gettext_lazy("Country"))

    class Meta:
        model = BillingDetails
        fields = ["name", "street", "more", "postcode", "city", "country", "vat_id"]
        help_texts = {
            "vat_id": gettext_lazy("For businesses in Europe. It is printed on your invoices from now on."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["country"].choices = [("", "—"), *countries()]  # type: ignore[attr-defined]
        for name, autofill in _AUTOFILL.items():
            self.fields[name].widget.attrs["autocomplete"] = autofill


_AUTOFILL = {
    "name": "organization",
    "street": "address-line1",
    "more": "address-line2",
    "postcode": "postal-code",
    "city": "address-level2",
    "country": "country",
}


@login_required
def billing_details(request: HttpRequest) -> HttpResponse:
    """See and change what stands on my invoices."""
    assert isinstance(request.user, User)
    known = BillingDetails.objects.filter(user=request.user).first()
    form = BillingForm(request.POST or None, instance=known, initial={"name": request.user.display_name})
    if request.method == "POST" and form.is_valid():
        try:
            save_billing_details(user=request.user, **form.cleaned_data)
        except VatIdFormWrong as error:
            form.add_error("vat_id", f"{error.message} {error.way_out}")
        else:
            messages.success(request, _("Saved. Your next invoices show it."))
            return redirect("billing_details")
    return render(request, "accounts/billing_details.html", {"form": form, "known": known})
