"""The tax of orders, line by line."""

from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guests"),
        ("billing", "0013_taxes"),
        ("catalog", "0004_restoration_files"),
        ("licensing", "0004_suggested_prices"),
        ("orders", "0009_club"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="price_tax",
            field=models.CharField(
                blank=True,
                choices=[("inclusive", "with tax"), ("exclusive", "without tax")],
                db_default="",
                help_text="how its prices were said, with tax or without; empty: no tax is computed",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="tax_added_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="what of it came on top"),
        ),
        migrations.AddField(
            model_name="order",
            name="tax_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="in what was paid"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="tax_added_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="what of it came on top"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="tax_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="in what was paid"),
        ),
        migrations.AddField(
            model_name="ordertip",
            name="tax_added_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="what of it came on top"),
        ),
        migrations.AddField(
            model_name="ordertip",
            name="tax_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="in what was paid"),
        ),
        migrations.AlterField(
            model_name="order",
            name="total_minor",
            field=models.PositiveBigIntegerField(help_text="minor units of the currency, without tax on top"),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(("tax_added_minor", 0), ("tax_added_minor", models.F("tax_minor")), _connector="OR"),
                name="order_tax_in_or_on_top",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("tax_added_minor", 0), ("tax_added_minor", models.F("tax_minor")), _connector="OR"),
                name="orderline_tax_in_or_on_top",
            ),
        ),
        migrations.AddConstraint(
            model_name="ordertip",
            constraint=models.CheckConstraint(
                condition=models.Q(("tax_added_minor", 0), ("tax_added_minor", models.F("tax_minor")), _connector="OR"),
                name="ordertip_tax_in_or_on_top",
            ),
        ),
    ]
