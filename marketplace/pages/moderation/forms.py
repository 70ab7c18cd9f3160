"""What somebody says about a work, and what its artist answers."""

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.moderation.models import Report
from marketplace.moderation.services import appeals, reports


class ReportForm(forms.Form):
    """A report."""

    reason = forms.ChoiceField(label=_("What is wrong?"), choices=Report.Reason.choices, widget=forms.RadioSelect)
    details = forms.CharField(
        label=_("Tell us more"),
        help_text=_("For example where the original can be seen. Moderators read it, the artist does not."),
        required=False,
        max_length=reports.MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class AppealForm(forms.Form):
    """An appeal."""

    text = forms.CharField(
        label=_("Why is the decision wrong?"),
        help_text=_("A moderator reads this and answers you. You can appeal once."),
        max_length=appeals.MOST_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 6}),
    )
