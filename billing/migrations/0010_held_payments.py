"""Payments that wait for a check."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0009_promotions_and_referrals"),
    ]

    operations = [
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
                    ("payments_held", "Payments that wait for a check"),
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
                    ("held", "Payment that waits for a check"),
                    ("stripe_fee", "Stripe's fee"),
                    ("bank", "Paid out to the shop's bank"),
                ],
                max_length=24,
            ),
        ),
    ]
