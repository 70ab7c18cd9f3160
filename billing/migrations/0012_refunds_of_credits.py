"""Credits whose price was refunded are taken back."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0011_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RefundedCredits",
            fields=[
                ("object_ref", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("due", models.PositiveBigIntegerField(help_text="credits")),
                ("refunded_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=6)),
                ("changed_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.AddField(
            model_name="creditlot",
            name="taken_back",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="since their price was refunded"),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="reason",
            field=models.CharField(
                choices=[
                    ("sign_up", "Welcome credits"),
                    ("pack", "Credit pack"),
                    ("plan", "Monthly plan"),
                    ("trial", "Trial of a plan"),
                    ("top_up", "Automatic top-up"),
                    ("gift", "Credits from the shop"),
                    ("reserved", "Reserved for a generation"),
                    ("spent", "Generation"),
                    ("returned", "Returned from a generation"),
                    ("expired", "Expired"),
                    ("credits_back", "Price refunded"),
                    ("sale", "Sale of a licence"),
                    ("promotion", "Discount paid by Atelier"),
                    ("referral", "Referral"),
                    ("refund", "Refund of a sale"),
                    ("matured", "Holding time over"),
                    ("reserve_released", "Reserve released"),
                    ("payout", "Payout"),
                    ("payout_returned", "Payout came back"),
                    ("revenue", "Payment received"),
                    ("disputed", "Payment disputed"),
                    ("dispute_won", "Dispute won"),
                    ("dispute_lost", "Dispute lost"),
                    ("unused", "Payment that bought nothing"),
                    ("held", "Payment that waits for a check"),
                    ("stripe_fee", "Stripe's fee"),
                    ("bank", "Paid out to the shop's bank"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            model_name="creditlot",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "taken_back__lte",
                        django.db.models.expressions.CombinedExpression(models.F("amount"), "-", models.F("remaining")),
                    )
                ),
                name="lot_never_taken_back_above_its_amount",
            ),
        ),
        migrations.AddField(
            model_name="refundedcredits",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
    ]
