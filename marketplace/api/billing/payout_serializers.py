"""When an artist is paid, as programs read and choose it."""

from typing import Any

from rest_framework import serializers

from billing.models import PayoutSchedule
from billing.models.payout_schedules import LAST_DAY_OF_EVERY_MONTH


class PayoutScheduleSerializer(serializers.ModelSerializer[PayoutSchedule]):
    """`weekday` (0: Monday) counts where it is `week`, `day_of_month` where it is `month`; days begin at midnight UTC.

    `next_at` null: only when the artist asks; `chosen_at` null: the shop's default.
    """

    class Meta:
        model = PayoutSchedule
        fields = ["every", "weekday", "day_of_month", "next_at", "chosen_at"]


class PayoutScheduleWishSerializer(serializers.Serializer[dict[str, Any]]):
    """One choice; the day that it does not need is left out."""

    every = serializers.ChoiceField(choices=PayoutSchedule.Every.choices)
    weekday = serializers.IntegerField(required=False, min_value=0, max_value=6, help_text="0: Monday")
    day_of_month = serializers.IntegerField(required=False, min_value=1, max_value=LAST_DAY_OF_EVERY_MONTH)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """The day that is wanted must be said, so that nobody is paid on one that she did not choose."""
        needed = {PayoutSchedule.Every.WEEK: "weekday", PayoutSchedule.Every.MONTH: "day_of_month"}.get(attrs["every"])
        if needed is not None and needed not in attrs:
            raise serializers.ValidationError({needed: self.fields[needed].error_messages["required"]})
        return attrs
