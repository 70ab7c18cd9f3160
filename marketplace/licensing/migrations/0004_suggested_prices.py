"""Pay what you want, from the price on."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0004_restoration_files"),
        ("licensing", "0003_wordings_version_1"),
    ]

    operations = [
        migrations.AddField(
            model_name="licenceoffer",
            name="suggested_minor",
            field=models.PositiveBigIntegerField(
                blank=True,
                help_text="pay what you want: the price is the least, this is what the artist suggests",
                null=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="licenceoffer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("suggested_minor", None), ("suggested_minor__gte", models.F("price_minor")), _connector="OR"
                ),
                name="a_suggestion_is_no_less_than_the_price",
            ),
        ),
    ]
