"""Orders that wait for a check, and refunds because a bank warned."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0007_dispute_evidence"),
    ]

    operations = [
        migrations.AlterField(
            model_name="order",
            name="refusal",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sold_exclusively", "The work was sold exclusively to somebody else first."),
                    ("held_by_another", "The time to pay was over, and the licence is held for somebody else."),
                    (
                        "held_exclusively",
                        "Somebody has begun to buy the work exclusively. If they do not, you can buy it again.",
                    ),
                    ("amount_differs", "The amount paid was not the order's amount."),
                    ("not_on_sale", "The work was taken off sale before the payment arrived."),
                    ("not_accepted", "We could not accept this payment."),
                    ("licensed_already", "You held this licence already."),
                    ("own_work", "It is the artist's own work."),
                ],
                max_length=32,
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Waiting for payment"),
                    ("processing", "Payment on its way"),
                    ("held", "Being checked"),
                    ("paid", "Paid"),
                    ("declined", "Payment failed"),
                    ("cancelled", "Cancelled"),
                    ("expired", "Expired"),
                    ("refund_due", "Being refunded"),
                    ("refunded", "Refunded"),
                    ("refund_failed", "Refund failed"),
                ],
                default="open",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="refusal",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sold_exclusively", "The work was sold exclusively to somebody else first."),
                    ("held_by_another", "The time to pay was over, and the licence is held for somebody else."),
                    (
                        "held_exclusively",
                        "Somebody has begun to buy the work exclusively. If they do not, you can buy it again.",
                    ),
                    ("amount_differs", "The amount paid was not the order's amount."),
                    ("not_on_sale", "The work was taken off sale before the payment arrived."),
                    ("not_accepted", "We could not accept this payment."),
                    ("licensed_already", "You held this licence already."),
                    ("own_work", "It is the artist's own work."),
                ],
                db_default="",
                help_text="why it was not granted while others were",
                max_length=32,
            ),
        ),
        migrations.AlterField(
            model_name="refundrequest",
            name="reason",
            field=models.CharField(
                choices=[
                    ("not_as_described", "It is not as described"),
                    ("bought_twice", "I bought it twice"),
                    ("file_broken", "The file cannot be used"),
                    ("other", "Another reason"),
                    ("bank_warned", "The bank warned us about this payment"),
                ],
                max_length=20,
            ),
        ),
    ]
