"""What a bank claims of each sale, beside what of it was left to hold."""

from django.db import migrations, models
from django.db.models import F


def claim_what_they_hold(apps, schema_editor):
    """So much is known of disputes that were opened before."""
    apps.get_model("billing", "DisputedSale").objects.update(claimed_minor=F("amount_minor"))


class Migration(migrations.Migration):
    dependencies = [("billing", "0016_payments_mended")]

    operations = [
        migrations.AddField(
            model_name="disputedsale",
            name="claimed_minor",
            field=models.PositiveBigIntegerField(
                db_default=0, default=0, help_text="of the gross, by the prices of all that was paid together"
            ),
        ),
        migrations.AlterField(
            model_name="disputedsale",
            name="amount_minor",
            field=models.PositiveBigIntegerField(help_text="of it held or lost: what was left of the sale"),
        ),
        migrations.RunPython(claim_what_they_hold, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="disputedsale",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__lte", models.F("claimed_minor"))), name="disputed_within_claim"
            ),
        ),
    ]
