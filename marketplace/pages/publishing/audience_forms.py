"""Whom a work is for: a part of the publish form, and a form of its own for a work that is published."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.accounts.models import Artist
from marketplace.catalog.audiences import Audience, AudienceChoice
from marketplace.catalog.models import Work
from marketplace.catalog.services.audiences import HIGHEST_LEVEL
from marketplace.core.clock import now
from marketplace.memberships.selectors import open_tiers_of

AT_FIRST = timedelta(days=7)
_AS_TYPED = "%Y-%m-%dT%H:%M"
EXPLAINED = {
    Audience.EVERYONE: _("In the shop, in searches and on your storefront, for everybody."),
    Audience.CLUB_FIRST: _(
        "The shop’s club sees and buys it first, everybody else from the moment that you choose. Until then your "
        "storefront shows others its title without the picture."
    ),
    Audience.MEMBERS: _(
        "Only the members of your own membership see and buy it. Your storefront shows others its title without the "
        "picture. Whoever bought it before keeps it."
    ),
}


class AudienceForm(forms.Form):
    """Fields for an AudienceChoice. ``audience_rows`` pairs each audience with what it means, for the template."""

    audience = forms.ChoiceField(
        label=_("For whom"), choices=Audience.choices, initial=Audience.EVERYONE, widget=forms.RadioSelect
    )
    public_from = forms.DateTimeField(
        label=_("For everybody from (UTC)"),
        required=False,
        input_formats=[_AS_TYPED, f"{_AS_TYPED}:%S"],
        help_text=_("From one hour to thirty days ahead."),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_AS_TYPED),
    )
    members_level = forms.IntegerField(
        label=_("From which tier"),
        required=False,
        min_value=1,
        max_value=HIGHEST_LEVEL,
        initial=1,
        help_text=_("1 is your lowest tier, which is every member."),
    )

    def __init__(self, *args: Any, artist: Artist | None = None, **options: Any) -> None:
        """``artist``: hers are the tiers to choose from."""
        super().__init__(*args, **options)
        self.fields["public_from"].initial = now() + AT_FIRST
        tiers = {tier.level: tier.name for tier in open_tiers_of(artist)} if artist is not None else {}
        if tiers:
            level = self.fields["members_level"]
            # A work may be for a tier that takes no new members any more.
            present = self.initial.get("members_level") or min(tiers)
            tiers.setdefault(present, _("Level %(level)s") % {"level": present})
            level.widget = forms.Select(choices=sorted(tiers.items()))
            level.initial = min(tiers)
            level.help_text = _("Its members and those of higher tiers.")
        elif artist is not None:
            self.fields["members_level"].help_text = _("You offer no tiers yet: nobody could see the work.")

    @property
    def audience_rows(self) -> list[dict[str, Any]]:
        """For each audience: its radio button, its explanation, and the field that belongs to it alone."""
        own = {Audience.CLUB_FIRST: self["public_from"], Audience.MEMBERS: self["members_level"]}
        return [
            {"choice": choice, "told": EXPLAINED[Audience(one)], "own": own.get(Audience(one))}
            for choice, one in zip(self["audience"], Audience.values, strict=True)
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("audience") == Audience.CLUB_FIRST and cleaned.get("public_from") is None:
            if not self.errors.get("public_from"):
                self.add_error("public_from", _("Say from when everybody sees the work."))
        elif cleaned.get("audience") != Audience.CLUB_FIRST:
            # What was typed for another audience is not looked at.
            self.errors.pop("public_from", None)
        if cleaned.get("audience") != Audience.MEMBERS:
            self.errors.pop("members_level", None)
        return cleaned

    def audience_choice(self, *, present: Work | None = None) -> AudienceChoice:
        """What was chosen; everybody where nothing was.

        ``present``: the work that is changed; a moment that was left as it is stays to the second.
        """
        said = self.cleaned_data
        public_from = said.get("public_from")
        known = present.public_from if present is not None else None
        if known is not None and public_from == known.replace(second=0, microsecond=0):
            public_from = known
        return AudienceChoice(said.get("audience") or Audience.EVERYONE, public_from, said.get("members_level") or 1)


def present_audience(work: Work) -> dict[str, Any]:
    """What the form of a published work begins with."""
    begin: dict[str, Any] = {"audience": work.audience, "members_level": work.members_level}
    if work.public_from is not None:
        begin["public_from"] = work.public_from
    return begin
