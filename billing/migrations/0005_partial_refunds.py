"""How much of a sale went back, so that refunds can come in parts."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("billing", "0004_reconciliation"),
        ("catalog", "0004_restoration_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="sale",
            name="fee_refunded_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="of the fee, in proportion"),
        ),
        migrations.AddField(
            model_name="sale",
            name="refunded_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="of the gross, so far"),
        ),
        migrations.RunSQL(
            "UPDATE billing_sale SET refunded_minor = gross_minor, fee_refunded_minor = fee_minor WHERE state = 'refunded'",
            migrations.RunSQL.noop,
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(("refunded_minor__lte", models.F("gross_minor"))), name="refund_within_gross"
            ),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_refunded_minor__lte", models.F("fee_minor"))), name="fee_refund_within_fee"
            ),
        ),
    ]
