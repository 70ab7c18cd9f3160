"""Second payments of an order go back; the platform decides on a refund within a time."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0011_disputed_paybacks"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SurplusPayment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("payment_intent_id", models.CharField(max_length=255, unique=True)),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "On its way"),
                            ("returned", "Returned"),
                            ("failed", "The bank did not take it"),
                        ],
                        default="due",
                        max_length=10,
                    ),
                ),
                ("refund_id", models.CharField(blank=True, max_length=255)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "surplus payment",
                "verbose_name_plural": "surplus payments",
            },
        ),
        migrations.AddField(
            model_name="refundrequest",
            name="platform_decides_by",
            field=models.DateTimeField(blank=True, help_text="the platform's time ends; then it is granted", null=True),
        ),
        migrations.AddIndex(
            model_name="refundrequest",
            index=models.Index(
                condition=models.Q(("state", "with_platform")),
                fields=["platform_decides_by"],
                name="requests_with_the_platform",
            ),
        ),
        migrations.AddField(
            model_name="surpluspayment",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="surplus_payments", to="orders.order"
            ),
        ),
        migrations.AddIndex(
            model_name="surpluspayment",
            index=models.Index(
                condition=models.Q(("state", "due")), fields=["created_at"], name="surplus_payments_due"
            ),
        ),
    ]
