"""Licences that a club gave."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0011_documents"),
        ("orders", "0008_held_orders"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="club_month",
            field=models.ForeignKey(
                blank=True,
                help_text="of the buyer's plan, which gave the licence",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="billing.planmonth",
            ),
        ),
    ]
