"""Prices of tiers with tax at Stripe, and how a member's price says its tax."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("memberships", "0001_memberships"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="price_tax",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="inclusive, exclusive; empty: no tax is computed",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="TaxedTierPrice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("price_tax", models.CharField(help_text="inclusive, exclusive", max_length=10)),
                ("stripe_price_id", models.CharField(max_length=80, unique=True)),
                (
                    "price",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="taxed", to="memberships.tierprice"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("price", "price_tax"), name="one_taxed_tier_price_of_a_kind")
                ],
            },
        ),
    ]
