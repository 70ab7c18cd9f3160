"""Orders made by guests; what a code of the platform's takes off at most, and how often."""

import django.core.validators
from django.db import migrations, models

# The platform pays for each use, so their number ends somewhere: codes that had no end get a hundred more.
FORWARD = """
SET LOCAL lock_timeout = '5s';
UPDATE orders_discountcode SET most_uses = 100 + (
    SELECT count(*) FROM orders_discountuse WHERE orders_discountuse.code_id = orders_discountcode.id
) WHERE artist_id IS NULL AND most_uses IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("orders", "0012_surplus_payments"),
    ]

    operations = [
        migrations.AddField(
            model_name="discountcode",
            name="most_off_dollars",
            field=models.PositiveIntegerField(
                db_default=25,
                default=25,
                help_text="Of a share that the platform pays; about as much in other currencies.",
                validators=[django.core.validators.MinValueValidator(1)],
                verbose_name="at most off an order, in US dollars",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="made_as_guest",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="by somebody who had not signed in and typed the buyer's address",
            ),
        ),
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
    ]
