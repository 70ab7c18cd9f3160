"""Rows beside a sale: discounts that the platform pays for, and what it gives for referrals."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guests"),
        ("billing", "0008_plans"),
        ("catalog", "0004_restoration_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="sale",
            name="kind",
            field=models.CharField(
                choices=[("sale", "Sale"), ("promotion", "Discount paid by Atelier"), ("referral", "Referral")],
                db_default="sale",
                default="sale",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="sale",
            name="part_of",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="parts",
                to="billing.sale",
            ),
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
                    ("artist_rolling_reserve", "A new artist's money that is kept back for a while"),
                    ("artist_reserve", "An artist's money that a dispute holds"),
                    ("payouts_in_transit", "Payouts on their way"),
                    ("cash_at_stripe", "Money at Stripe"),
                    ("stripe_fees", "Stripe's fees"),
                    ("cash_at_bank", "Money paid out to the shop's bank"),
                    ("disputes_open", "Money that banks have taken back, undecided"),
                    ("refunds_due", "Payments that bought nothing, to be returned"),
                    ("platform_fees", "Platform fees"),
                    ("promotional_cost", "Discounts that the platform pays for"),
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
                    ("trial", "Trial of a plan"),
                    ("top_up", "Automatic top-up"),
                    ("gift", "Credits from the shop"),
                    ("reserved", "Reserved for a generation"),
                    ("spent", "Generation"),
                    ("returned", "Returned from a generation"),
                    ("expired", "Expired"),
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
                    ("stripe_fee", "Stripe's fee"),
                    ("bank", "Paid out to the shop's bank"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.UniqueConstraint(fields=("part_of", "kind"), name="one_part_of_a_kind_per_sale"),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "sale"), ("part_of", None)),
                    models.Q(models.Q(("kind", "sale"), _negated=True), ("part_of__isnull", False)),
                    _connector="OR",
                ),
                name="a_part_is_of_a_sale",
            ),
        ),
    ]
