"""A granted refund can wait for a bank, and be settled by it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0010_taxes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="refundrequest",
            name="payback",
            field=models.CharField(
                choices=[
                    ("none", "Nothing is due"),
                    ("due", "On its way"),
                    ("returned", "Returned"),
                    ("failed", "The bank did not take it"),
                    ("disputed", "The buyer's bank disputes the payment and decides first"),
                    ("settled", "Settled: the buyer has the money from the bank"),
                ],
                default="none",
                max_length=10,
            ),
        ),
    ]
