"""Sales with tax and royalties: what is deducted gets its true name (the columns keep theirs, so that the release that
still runs goes on), and its parts.
"""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_guests"), ("billing", "0011_documents"), ("catalog", "0004_restoration_files")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint("sale", "fee_within_gross"),
                migrations.RemoveConstraint("sale", "fee_refund_within_fee"),
                migrations.RemoveConstraint("disputedsale", "disputed_fee_within"),
                migrations.RenameField("sale", "fee_minor", "deducted_minor"),
                migrations.RenameField("sale", "fee_refunded_minor", "deducted_refunded_minor"),
                migrations.RenameField("disputedsale", "fee_minor", "deducted_minor"),
                migrations.AlterField(
                    "sale",
                    "deducted_minor",
                    models.PositiveBigIntegerField(
                        db_column="fee_minor", help_text="of the gross, not hers: fee, tax and royalties"
                    ),
                ),
                migrations.AlterField(
                    "sale",
                    "deducted_refunded_minor",
                    models.PositiveBigIntegerField(
                        default=0,
                        db_default=0,
                        db_column="fee_refunded_minor",
                        help_text="of what is deducted, in proportion",
                    ),
                ),
                migrations.AlterField(
                    "disputedsale", "deducted_minor", models.PositiveBigIntegerField(db_column="fee_minor")
                ),
                migrations.AddConstraint(
                    "sale",
                    models.CheckConstraint(condition=Q(deducted_minor__lte=F("gross_minor")), name="fee_within_gross"),
                ),
                migrations.AddConstraint(
                    "sale",
                    models.CheckConstraint(
                        condition=Q(deducted_refunded_minor__lte=F("deducted_minor")), name="fee_refund_within_fee"
                    ),
                ),
                migrations.AddConstraint(
                    "disputedsale",
                    models.CheckConstraint(
                        condition=Q(deducted_minor__lte=F("amount_minor")), name="disputed_fee_within"
                    ),
                ),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="sale",
            name="one_part_of_a_kind_per_sale",
        ),
        migrations.AddField(
            model_name="sale",
            name="royalty_minor",
            field=models.PositiveBigIntegerField(
                db_default=0, default=0, help_text="of what is deducted, for others who have a share in the work"
            ),
        ),
        migrations.AddField(
            model_name="sale",
            name="tax_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="of what is deducted"),
        ),
        migrations.AddField(
            model_name="sale",
            name="tax_refunded_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="of the tax, in proportion"),
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
                    ("payments_held", "Payments that wait for a check"),
                    ("platform_fees", "Platform fees"),
                    ("royalties_due", "Royalties on their way to others"),
                    ("tax_collected", "Tax that is owed to the authorities"),
                    ("promotional_cost", "Discounts that the platform pays for"),
                    ("credit_sales", "Sales of credits and plans"),
                ],
                max_length=24,
            ),
        ),
        migrations.AlterField(
            model_name="sale",
            name="kind",
            field=models.CharField(
                choices=[
                    ("sale", "Sale"),
                    ("promotion", "Discount paid by Atelier"),
                    ("referral", "Referral"),
                    ("royalty", "Royalty"),
                ],
                db_default="sale",
                default="sale",
                max_length=10,
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
                    ("royalty", "Royalty"),
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
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(("deducted_minor__gte", F("tax_minor") + F("royalty_minor"))),
                name="fee_not_below_nothing",
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(("tax_refunded_minor__lte", models.F("tax_minor"))), name="tax_refund_within_tax"
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.UniqueConstraint(
                condition=~Q(kind="royalty"), fields=("part_of", "kind"), name="one_part_of_a_kind_per_sale"
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "royalty")),
                fields=("part_of", "artist"),
                name="one_royalty_of_an_artist_per_sale",
            ),
        ),
    ]
