"""Versions of the models that rank feeds, and their item-to-item lists."""

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_audiences"),
        ("recommendations", "0004_search_words_shapes_palettes"),
    ]

    operations = [
        migrations.CreateModel(
            name="RecommenderVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("version", models.CharField(max_length=80, unique=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("ready", "Ready"), ("refused", "Refused by the evaluation")], max_length=8
                    ),
                ),
                ("is_present", models.BooleanField(default=False)),
                (
                    "manifest",
                    models.JSONField(help_text="the manifest of the files, with what the evaluation measured"),
                ),
                ("storage_prefix", models.CharField(max_length=200)),
                ("made_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "switched_at",
                    models.DateTimeField(blank=True, help_text="when it was last made the present one", null=True),
                ),
            ],
            options={
                "verbose_name": "version of the recommender",
                "verbose_name_plural": "versions of the recommender",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("is_present", True)), fields=("is_present",), name="one_present_recommender"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("is_present", False), ("state", "ready"), _connector="OR"),
                        name="a_refused_recommender_is_not_present",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RelatedWorks",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[("taste", "Liked by the same people"), ("bought", "Bought by the same people")],
                        max_length=8,
                    ),
                ),
                ("others", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                (
                    "weights",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.FloatField(), help_text="of each of the others, above 0", size=None
                    ),
                ),
                (
                    "recommender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related_works",
                        to="recommendations.recommenderversion",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="related_works",
                        to="catalog.work",
                    ),
                ),
            ],
            options={
                "verbose_name": "related works",
                "verbose_name_plural": "related works",
                "constraints": [
                    models.UniqueConstraint(fields=("work", "kind", "recommender"), name="related_works_once")
                ],
            },
        ),
    ]
