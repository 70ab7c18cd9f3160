"""The tax of what the shop sells, plans' prices with and without it, and whose tax stands in what was sold."""

from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids

FORWARD = """
CREATE TRIGGER billing_taxedpart_append_only BEFORE UPDATE OR DELETE ON billing_taxedpart
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_taxedpart_no_truncate BEFORE TRUNCATE ON billing_taxedpart
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
"""
BACKWARD = """
DROP TRIGGER billing_taxedpart_append_only ON billing_taxedpart;
DROP TRIGGER billing_taxedpart_no_truncate ON billing_taxedpart;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0012_deductions"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="TaxedPart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("object_ref", models.CharField(help_text="kind:id, as in the ledger's transactions", max_length=120)),
                (
                    "place",
                    models.CharField(blank=True, help_text="country, or country and state: DE, US-CA", max_length=10),
                ),
                ("basis_points", models.PositiveIntegerField(help_text="the rate in 1/100 of a percent")),
                (
                    "reason",
                    models.CharField(blank=True, help_text="Stripe's word, such as reverse_charge", max_length=40),
                ),
                ("paid_minor", models.BigIntegerField(help_text="with tax; below zero where a change gives back")),
                ("tax_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=6)),
                ("buyer_tax_id", models.CharField(blank=True, help_text="by which it was decided", max_length=60)),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "taxed part of a sale",
                "verbose_name_plural": "taxed parts of sales",
            },
        ),
        migrations.RemoveConstraint(
            model_name="planprice",
            name="one_current_price_per_interval",
        ),
        migrations.AddField(
            model_name="creditpurchase",
            name="price_tax",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="inclusive, exclusive; empty: no tax is computed",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="creditpurchase",
            name="tax_added_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="what of it came on top"),
        ),
        migrations.AddField(
            model_name="creditpurchase",
            name="tax_calculation_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=120),
        ),
        migrations.AddField(
            model_name="creditpurchase",
            name="tax_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="in what was paid"),
        ),
        migrations.AddField(
            model_name="planprice",
            name="price_tax",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="inclusive, exclusive; empty: no tax is computed",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="price_tax",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="inclusive, exclusive; empty: no tax is computed",
                max_length=10,
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
                    ("dearer", "The pack costs more than you agreed to"),
                ],
                max_length=16,
            ),
        ),
        migrations.AddConstraint(
            model_name="creditpurchase",
            constraint=models.CheckConstraint(
                condition=models.Q(("tax_added_minor", 0), ("tax_added_minor", models.F("tax_minor")), _connector="OR"),
                name="creditpurchase_tax_in_or_on_top",
            ),
        ),
        migrations.AddConstraint(
            model_name="planprice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)),
                fields=("plan", "interval", "price_tax"),
                name="one_current_price_per_interval",
            ),
        ),
        migrations.AddConstraint(
            model_name="taxedpart",
            constraint=models.UniqueConstraint(
                fields=("object_ref", "place", "basis_points", "reason"), name="a_rate_once_per_object"
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
