"""What banks did not take of payouts, what was taken back of them, and of whom an event or a first invoice tells."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guests"),
        ("billing", "0015_disputed_periods"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankRefusal",
            fields=[
                (
                    "stripe_payout_id",
                    models.CharField(editable=False, max_length=120, primary_key=True, serialize=False),
                ),
                ("amount_minor", models.PositiveBigIntegerField()),
                (
                    "currency",
                    models.CharField(help_text="her bank account's, which the shop need not trade in", max_length=6),
                ),
                ("code", models.CharField(blank=True, help_text="Stripe's word for why", max_length=60)),
                ("begun_at", models.DateTimeField(help_text="when the payout left her account")),
                ("told_at", models.DateTimeField(help_text="when we heard of it")),
                ("mended_at", models.DateTimeField(blank=True, help_text="when a later one had arrived", null=True)),
            ],
            options={
                "verbose_name": "payout that a bank refused",
                "verbose_name_plural": "payouts that banks refused",
            },
        ),
        migrations.AddField(
            model_name="payout",
            name="reversed_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="taken back at Stripe, so far"),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="first_invoice_id",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Stripe's, of the first that was paid", max_length=120
            ),
        ),
        migrations.AddField(
            model_name="stripeevent",
            name="account",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="the connected account; empty: the shop's own",
                max_length=80,
            ),
        ),
        migrations.AlterField(
            model_name="ledgerdifference",
            name="kind",
            field=models.CharField(
                choices=[
                    ("not_in_ledger", "At Stripe, not in the ledger"),
                    ("not_at_stripe", "In the ledger, not at Stripe"),
                    ("amounts_differ", "The amounts differ"),
                    ("reinstated", "A bank gave back the money of a dispute that was lost"),
                    ("not_traded", "In a currency that the shop does not trade in"),
                ],
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(("reversed_minor__lte", models.F("amount_minor"))), name="reversed_within_payout"
            ),
        ),
        migrations.AddField(
            model_name="bankrefusal",
            name="artist",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="bank_refusals", to="accounts.artist"
            ),
        ),
        migrations.AddIndex(
            model_name="bankrefusal",
            index=models.Index(
                condition=models.Q(("mended_at__isnull", True)), fields=["artist"], name="bank_refusals_not_mended"
            ),
        ),
    ]
