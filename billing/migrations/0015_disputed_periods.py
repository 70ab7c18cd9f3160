"""A period can stop because its payment is disputed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0014_refunds_and_losses"),
    ]

    operations = [
        migrations.AlterField(
            model_name="paidperiod",
            name="stopped_because",
            field=models.CharField(
                blank=True,
                choices=[
                    ("changed", "Another plan began"),
                    ("ended", "The plan ended"),
                    ("refunded", "Refunded"),
                    ("disputed", "Payment disputed"),
                ],
                max_length=8,
            ),
        ),
    ]
