"""How much a source may tell within a minute."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0008_first_views"),
    ]

    operations = [
        migrations.CreateModel(
            name="TellingAllowance",
            fields=[
                ("source", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("minute", models.DateTimeField()),
                ("reports", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "allowance for reports of pages",
                "verbose_name_plural": "allowances for reports of pages",
            },
        ),
    ]
