"""Which version of the recommender took whose place, when and by whom."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0006_more_surfaces"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="RecommenderSwitch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "before",
                    models.CharField(blank=True, help_text="the version until then; empty: none", max_length=80),
                ),
                (
                    "after",
                    models.CharField(blank=True, help_text="the version from then on; empty: none", max_length=80),
                ),
                (
                    "origin",
                    models.CharField(
                        choices=[
                            ("training", "A training that was good enough"),
                            ("administrator", "An administrator"),
                            ("command", "A command"),
                        ],
                        max_length=16,
                    ),
                ),
                ("switched_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "administrator",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "switch of the recommender",
                "verbose_name_plural": "switches of the recommender",
                "indexes": [models.Index(fields=["-switched_at"], name="recommender_switches_last")],
            },
        ),
    ]
