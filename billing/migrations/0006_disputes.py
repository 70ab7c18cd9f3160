"""Disputes, and how much of a sale they hold."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("billing", "0005_partial_refunds"),
        ("catalog", "0004_restoration_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="Dispute",
            fields=[
                ("id", models.CharField(editable=False, max_length=120, primary_key=True, serialize=False)),
                ("payment_ref", models.CharField(db_index=True, help_text="Stripe's payment intent", max_length=120)),
                ("reason", models.CharField(help_text="Stripe's word", max_length=60)),
                ("status", models.CharField(help_text="Stripe's word", max_length=40)),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=6)),
                ("evidence_due_by", models.DateTimeField(blank=True, null=True)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Open: the money is with the bank"),
                            ("won", "Won: the money is back"),
                            ("lost", "Lost: the money is gone"),
                            ("none", "A question: no money has moved"),
                        ],
                        default="none",
                        max_length=8,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "dispute",
                "verbose_name_plural": "disputes",
            },
        ),
        migrations.CreateModel(
            name="DisputedSale",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("fee_minor", models.PositiveBigIntegerField()),
            ],
        ),
        migrations.AddField(
            model_name="sale",
            name="disputed_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="of the gross, undecided now"),
        ),
        migrations.AddField(
            model_name="sale",
            name="held_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="of her share, in reserve for it"),
        ),
        migrations.AlterField(
            model_name="account",
            name="kind",
            field=models.CharField(
                choices=[
                    ("user_credits", "Credits of a person"),
                    ("artist_available", "An artist's money that can be paid out"),
                    ("user_held", "Credits reserved for running jobs"),
                    ("credits_issued", "Credits handed out"),
                    ("credits_spent", "Credits spent"),
                    ("credits_expired", "Credits expired"),
                    ("artist_pending", "An artist's money within the holding time"),
                    ("artist_debt", "What an artist owes after a refund"),
                    ("artist_reserve", "An artist's money that a dispute holds"),
                    ("payouts_in_transit", "Payouts on their way"),
                    ("cash_at_stripe", "Money at Stripe"),
                    ("stripe_fees", "Stripe's fees"),
                    ("cash_at_bank", "Money paid out to the shop's bank"),
                    ("disputes_open", "Money that banks have taken back, undecided"),
                    ("refunds_due", "Payments that bought nothing, to be returned"),
                    ("platform_fees", "Platform fees"),
                    ("credit_sales", "Sales of credits and plans"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="reason",
            field=models.CharField(
                choices=[
                    ("sign_up", "Welcome credits"),
                    ("pack", "Credit pack"),
                    ("plan", "Monthly plan"),
                    ("gift", "Credits from the shop"),
                    ("reserved", "Reserved for a generation"),
                    ("spent", "Generation"),
                    ("returned", "Returned from a generation"),
                    ("expired", "Expired"),
                    ("sale", "Sale of a licence"),
                    ("refund", "Refund of a sale"),
                    ("matured", "Holding time over"),
                    ("payout", "Payout"),
                    ("payout_returned", "Payout came back"),
                    ("revenue", "Payment received"),
                    ("disputed", "Payment disputed"),
                    ("dispute_won", "Dispute won"),
                    ("dispute_lost", "Dispute lost"),
                    ("unused", "Payment that bought nothing"),
                    ("stripe_fee", "Stripe's fee"),
                    ("bank", "Paid out to the shop's bank"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "disputed_minor__lte",
                        django.db.models.expressions.CombinedExpression(
                            models.F("gross_minor"), "-", models.F("refunded_minor")
                        ),
                    ),
                    ("held_minor__lte", models.F("disputed_minor")),
                ),
                name="dispute_within_what_is_left",
            ),
        ),
        migrations.AddIndex(
            model_name="dispute",
            index=models.Index(
                condition=models.Q(("outcome", "open")), fields=["evidence_due_by"], name="open_disputes_by_time"
            ),
        ),
        migrations.AddField(
            model_name="disputedsale",
            name="dispute",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="sales", to="billing.dispute"
            ),
        ),
        migrations.AddField(
            model_name="disputedsale",
            name="sale",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="disputes", to="billing.sale"
            ),
        ),
        migrations.AddConstraint(
            model_name="disputedsale",
            constraint=models.UniqueConstraint(fields=("dispute", "sale"), name="a_sale_once_per_dispute"),
        ),
        migrations.AddConstraint(
            model_name="disputedsale",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_minor__lte", models.F("amount_minor"))), name="disputed_fee_within"
            ),
        ),
    ]
