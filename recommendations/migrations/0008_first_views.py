"""A work's first views, and how many independent viewers dealt with a work."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_audiences"),
        ("recommendations", "0007_recommender_switches"),
    ]

    operations = [
        migrations.AddField(
            model_name="workpopularity",
            name="interested",
            field=models.FloatField(
                db_default=0.0, default=0.0, help_text="how many independent viewers dealt with it; not halved"
            ),
        ),
        migrations.AlterField(
            model_name="workpopularity",
            name="score",
            field=models.FloatField(help_text="what independent viewers did, halved in a fixed time; for sorting only"),
        ),
        migrations.CreateModel(
            name="FirstViews",
            fields=[
                (
                    "work",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="first_views",
                        serialize=False,
                        to="catalog.work",
                    ),
                ),
                (
                    "shown",
                    models.PositiveIntegerField(
                        db_default=0, default=0, help_text="how often it was in sight, in any list"
                    ),
                ),
                ("interested", models.FloatField(db_default=0.0, default=0.0, help_text="as in the work's popularity")),
                ("is_by_new_artist", models.BooleanField(db_default=False, default=False)),
                (
                    "is_open",
                    models.BooleanField(
                        db_default=True, default=True, help_text="whether it still gets explored places"
                    ),
                ),
                ("counted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "first views of a work",
                "verbose_name_plural": "first views of works",
                "indexes": [
                    models.Index(
                        condition=models.Q(("is_open", True)),
                        fields=["is_by_new_artist", "shown", "work"],
                        name="least_shown_first",
                    )
                ],
            },
        ),
    ]
