"""The automatic top-up: agreeing to it, changing it, switching it off."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from billing import selectors
from billing.models import AutomaticTopUp, CreditPack
from billing.services import set_top_up, stop_top_up
from billing.services.top_ups import MOST_CREDITS_LEFT
from marketplace.accounts.models import User
from marketplace.core.money import EXPONENTS

USUAL_THRESHOLD = 50
PACKS_IN_THE_USUAL_CEILING = 3


class _PackChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: CreditPack) -> str:
        return _("%(pack)s for %(price)s") % {"pack": obj.name, "price": obj.price}


class TopUpForm(forms.Form):
    """When, what, and at most for how much a month."""

    threshold = forms.IntegerField(
        label=gettext_lazy("When I have fewer credits than"), min_value=1, max_value=MOST_CREDITS_LEFT
    )
    pack = _PackChoice(
        label=gettext_lazy("buy"), queryset=CreditPack.objects.none(), to_field_name="code", empty_label=None
    )
    ceiling = forms.DecimalField(
        label=gettext_lazy("for at most, each month"),
        min_value=Decimal(1),
        max_value=Decimal(100_000),
        help_text=gettext_lazy("In the currency of the pack. Nothing is bought beyond it."),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("I agree that my saved card is charged without asking me again, until I switch this off."),
        error_messages={"required": gettext_lazy("Tick the box, if you agree.")},
    )

    def __init__(self, *args: Any, top_up: AutomaticTopUp | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        packs = selectors.credit_packs()
        self.fields["pack"].queryset = packs  # type: ignore[attr-defined]
        first = packs.first()
        if top_up is not None:
            self.initial = {
                "threshold": top_up.threshold,
                "pack": top_up.pack.code,
                "ceiling": top_up.ceiling.major,
            }
        elif first is not None:
            self.initial = {"threshold": USUAL_THRESHOLD, "ceiling": (first.price.major * PACKS_IN_THE_USUAL_CEILING)}

    def clean_ceiling(self) -> Decimal:
        """Whole minor units of the pack's currency."""
        ceiling: Decimal = self.cleaned_data["ceiling"]
        pack = self.cleaned_data.get("pack")
        if pack is not None and ceiling.scaleb(EXPONENTS[pack.currency]) % 1:
            raise forms.ValidationError(_("That is finer than the currency's smallest coin."))
        return ceiling

    @property
    def ceiling_minor(self) -> int:
        """The ceiling in minor units of the pack's currency."""
        return int(self.cleaned_data["ceiling"].scaleb(EXPONENTS[self.cleaned_data["pack"].currency]))


@login_required
@require_POST
def set_my_top_up(request: HttpRequest) -> HttpResponse:
    """Switch the automatic top-up on, or change it."""
    assert isinstance(request.user, User)
    form = TopUpForm(request.POST, top_up=selectors.top_up_of(request.user))
    if not form.is_valid():
        return render(request, "billing/top_up.html", {"top_up_form": form}, status=400)
    kept = set_top_up(
        user=request.user,
        pack_code=form.cleaned_data["pack"].code,
        threshold=form.cleaned_data["threshold"],
        ceiling_minor=form.ceiling_minor,
        has_agreed=form.cleaned_data["agreed"],
    )
    messages.success(request, _("Automatic top-up is on, with your card %(card)s.") % {"card": kept.card_label})
    return redirect("my_credits")


@login_required
@require_POST
def stop_my_top_up(request: HttpRequest) -> HttpResponse:
    """Switch it off."""
    assert isinstance(request.user, User)
    stop_top_up(user=request.user)
    messages.success(request, _("Automatic top-up is off."))
    return redirect("my_credits")
