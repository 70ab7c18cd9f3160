"""When an artist wants to be paid, and what she declares as a seller."""

from django import forms
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from billing.models import PayoutSchedule, SellerDeclaration
from billing.models.payout_schedules import LAST_DAY_OF_EVERY_MONTH
from billing.services.sellers import LONGEST_REGISTER

_Every = PayoutSchedule.Every
_on_weekday = lazy(lambda day: _("Every week on %(day)s") % {"day": PayoutSchedule.Weekday(day).label}, str)
_on_day = lazy(lambda day: _("Every month on day %(day)s") % {"day": day}, str)


class ScheduleForm(forms.Form):
    """One choice: a weekday, a day of the month, or only when she asks."""

    when = forms.ChoiceField(
        label=gettext_lazy("Pay me"),
        choices=[
            *((f"{_Every.WEEK}:{day}", _on_weekday(day)) for day in PayoutSchedule.Weekday.values),
            *((f"{_Every.MONTH}:{day}", _on_day(day)) for day in range(1, LAST_DAY_OF_EVERY_MONTH + 1)),
            (f"{_Every.ASKED}:", _Every.ASKED.label),
        ],
    )

    @classmethod
    def showing(cls, schedule: PayoutSchedule) -> "ScheduleForm":
        """The form with what holds now."""
        days = {_Every.WEEK: schedule.weekday, _Every.MONTH: schedule.day_of_month}
        return cls(initial={"when": f"{schedule.every}:{days.get(_Every(schedule.every), '')}"})

    @property
    def choice(self) -> dict[str, str | int]:
        """As the service takes it."""
        every, _colon, day = self.cleaned_data["when"].partition(":")
        if every == _Every.WEEK:
            return {"every": every, "weekday": int(day)}
        return {"every": every, "day_of_month": int(day)} if day else {"every": every}


class SellerForm(forms.Form):
    """The declaration before the first payout."""

    sells_as = forms.ChoiceField(
        label=gettext_lazy("I sell"),
        widget=forms.RadioSelect,
        choices=[
            ("person", gettext_lazy("as a private person")),
            ("trader", gettext_lazy("as a business, or self-employed")),
        ],
    )
    trade_register = forms.CharField(
        label=gettext_lazy("Trade register and number"),
        required=False,
        max_length=LONGEST_REGISTER,
        help_text=gettext_lazy("Only for a business that stands in one. Buyers see it."),
    )
    certifies = forms.BooleanField(
        label=gettext_lazy(
            "I offer here only works that comply with the law of the European Union that applies to them."
        ),
        error_messages={"required": gettext_lazy("Nobody is paid without this declaration.")},
    )

    @classmethod
    def showing(cls, declared: SellerDeclaration | None) -> "SellerForm":
        """The form with what was declared last."""
        if declared is None:
            return cls()
        sells_as = "trader" if declared.is_trader else "person"
        return cls(initial={"sells_as": sells_as, "trade_register": declared.trade_register})
