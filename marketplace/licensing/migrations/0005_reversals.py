"""A licence that cost nothing can be taken back."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0004_suggested_prices"),
    ]

    operations = [
        migrations.AlterField(
            model_name="licenceending",
            name="reason",
            field=models.CharField(
                choices=[
                    ("refunded", "Refunded"),
                    ("disputed", "Payment disputed"),
                    ("breached", "Terms broken"),
                    ("reversed", "Taken back by Atelier"),
                ],
                max_length=16,
            ),
        ),
    ]
