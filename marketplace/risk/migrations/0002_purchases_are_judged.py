"""Payments for credits and plans are judged too."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("risk", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="sighting",
            name="kind",
            field=models.CharField(
                choices=[
                    ("network", "Network"),
                    ("device", "Device"),
                    ("card", "Card"),
                    ("payout", "Payout account"),
                    ("identity", "Legal identity"),
                ],
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="verdict",
            name="kind",
            field=models.CharField(
                choices=[
                    ("order", "A payment"),
                    ("welcome", "Welcome credits"),
                    ("warning", "A bank's early warning"),
                    ("purchase", "A payment for credits or a plan"),
                ],
                max_length=8,
            ),
        ),
    ]
