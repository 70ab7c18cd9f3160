"""A report as programs send it."""

from rest_framework import serializers

from marketplace.moderation.models import Report
from marketplace.moderation.services.reports import MOST_CHARACTERS


class NewReportSerializer(serializers.Serializer[dict[str, object]]):
    """What is wrong."""

    reason = serializers.ChoiceField(choices=Report.Reason.choices)
    details = serializers.CharField(required=False, allow_blank=True, default="", max_length=MOST_CHARACTERS)


class ReportSerializer(serializers.ModelSerializer[Report]):
    """The report as it was taken in."""

    class Meta:
        model = Report
        fields = ["id", "work", "reason", "state", "reported_at"]
