"""Buyers ask for refunds."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0003_held_exclusively"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RefundRequest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("not_as_described", "It is not as described"),
                            ("bought_twice", "I bought it twice"),
                            ("file_broken", "The file cannot be used"),
                            ("other", "Another reason"),
                        ],
                        max_length=20,
                    ),
                ),
                ("words", models.TextField(blank=True, max_length=2000)),
                ("asked_minor", models.PositiveBigIntegerField(help_text="minor units of the line's currency")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("with_artist", "The artist decides"),
                            ("with_platform", "The platform decides"),
                            ("granted", "Granted"),
                            ("refused", "Refused"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="with_artist",
                        max_length=16,
                    ),
                ),
                ("decide_by", models.DateTimeField(help_text="the artist's time ends; then the platform decides")),
                ("granted_minor", models.PositiveBigIntegerField(default=0)),
                ("answer", models.TextField(blank=True, max_length=2000)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "payback",
                    models.CharField(
                        choices=[
                            ("none", "Nothing is due"),
                            ("due", "On its way"),
                            ("returned", "Returned"),
                            ("failed", "The bank did not take it"),
                        ],
                        default="none",
                        max_length=10,
                    ),
                ),
                ("refund_id", models.CharField(blank=True, db_index=True, max_length=255)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "line",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="refund_requests",
                        to="orders.orderline",
                    ),
                ),
            ],
            options={
                "verbose_name": "refund request",
                "verbose_name_plural": "refund requests",
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "with_artist")), fields=["decide_by"], name="requests_by_deadline"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ("with_artist", "with_platform"))),
                        fields=("line",),
                        name="one_undecided_request_per_line",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("granted_minor__lte", models.F("asked_minor"))),
                        name="no_more_granted_than_asked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("granted_minor__gt", 0), ("state", "granted")),
                            models.Q(models.Q(("state", "granted"), _negated=True), ("granted_minor", 0)),
                            _connector="OR",
                        ),
                        name="something_is_granted_or_nothing",
                    ),
                ],
            },
        ),
    ]
