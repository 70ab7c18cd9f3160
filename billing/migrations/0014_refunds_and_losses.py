"""Credits whose price was refunded are taken back; losses to disputes have an account; payments are judged."""

import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models

_FEES_OF_SALES = """
    SELECT coalesce(sum(s.fee_minor - s.fee_refunded_minor - s.tax_minor + s.tax_refunded_minor - s.royalty_minor
                        + CASE s.kind WHEN 'royalty' THEN s.refunded_minor
                                      WHEN 'referral' THEN s.refunded_minor - s.gross_minor ELSE 0 END), 0)
    FROM billing_sale s WHERE s.currency = %s
"""


def move_losses_out_of_fees(apps, schema_editor):
    """Losses of disputes stood among the platform's fees: one transaction a currency puts them where they belong."""
    account, entry = apps.get_model("billing", "Account"), apps.get_model("billing", "Entry")
    transaction = apps.get_model("billing", "Transaction")
    for fees in account.objects.filter(kind="platform_fees"):
        with schema_editor.connection.cursor() as cursor:
            cursor.execute(_FEES_OF_SALES, [fees.currency])
            earned = int(cursor.fetchone()[0])
        booked = entry.objects.filter(account=fees).aggregate(total=models.Sum("amount_minor"))["total"] or 0
        if earned == booked:
            continue
        losses, _is_new = account.objects.get_or_create(
            kind="dispute_losses", currency=fees.currency, user=None, artist=None
        )
        moved = transaction.objects.create(
            object_ref=f"account:{losses.pk}", effect="moved_from_fees", reason="dispute_lost", entry_count=2
        )
        for one, amount in ((fees, earned - booked), (losses, booked - earned)):
            entry.objects.create(transaction=moved, account=one, amount_minor=amount)


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0013_taxes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="JudgedPayment",
            fields=[
                ("object_ref", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("payment_ref", models.CharField(db_index=True, help_text="Stripe's payment intent", max_length=120)),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=6)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("held", "Being checked"),
                            ("accepted", "Accepted"),
                            ("refund_due", "Not accepted; the money is on its way back"),
                            ("refunded", "Not accepted; the money went back"),
                            ("refund_failed", "Not accepted; the money could not be returned"),
                        ],
                        max_length=14,
                    ),
                ),
                ("refund_id", models.CharField(blank=True, default="", max_length=120)),
                ("arrived_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, help_text="when it was accepted, or not", null=True)),
            ],
            options={
                "verbose_name": "checked payment",
                "verbose_name_plural": "checked payments",
            },
        ),
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
        migrations.AddField(
            model_name="paidperiod",
            name="rests",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="3+2: two months' rest before its fourth month",
                max_length=80,
            ),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="extended_to",
            field=models.DateTimeField(
                blank=True,
                help_text="a paid year's end that a rest has moved; Stripe calls the time until it a trial",
                null=True,
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
                    ("dispute_losses", "What the shop lost to disputes"),
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
            model_name="automatictopup",
            name="stopped_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("by_person", "You switched it off"),
                    ("card_declined", "Your card was declined"),
                    ("authentication", "Your bank wants you to confirm such payments yourself"),
                    ("no_card", "There is no saved card"),
                    ("no_address", "We need your country for the tax: give it with your billing details"),
                    ("not_for_sale", "The pack is not sold any more"),
                    ("not_accepted", "We could not accept the payment"),
                    ("dearer", "The pack costs more than you agreed to"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="creditpurchase",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Waiting for payment"),
                    ("paid", "Paid"),
                    ("expired", "Not paid in time"),
                    ("failed", "Payment refused"),
                    ("held", "Payment being checked"),
                    ("refused", "Payment not accepted"),
                ],
                default="open",
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
                    ("credits_back", "Price refunded"),
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
            model_name="judgedpayment",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="judged_payments", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="refundedcredits",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="judgedpayment",
            index=models.Index(fields=["user", "-arrived_at"], name="judged_payments_of_person"),
        ),
        migrations.RunPython(move_losses_out_of_fees, migrations.RunPython.noop),
    ]
