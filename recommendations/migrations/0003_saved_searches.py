"""Saved searches, and when their letters are due."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_follows"),
        ("catalog", "0005_audiences"),
        ("recommendations", "0002_steering"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedSearch",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("name", models.CharField(max_length=80, verbose_name="name")),
                ("query", models.CharField(blank=True, max_length=200)),
                (
                    "filters",
                    models.JSONField(default=dict, help_text="the fields of a WorkFilter that narrow something"),
                ),
                ("address", models.CharField(help_text="the query string of the page that shows it", max_length=1000)),
                (
                    "alerts",
                    models.CharField(
                        choices=[("none", "No letters"), ("daily", "Every day"), ("weekly", "Every week")],
                        default="none",
                        max_length=8,
                        verbose_name="letters",
                    ),
                ),
                (
                    "alerts_since",
                    models.DateTimeField(blank=True, help_text="works published before are no news", null=True),
                ),
                ("looked_at", models.DateTimeField(blank=True, null=True)),
                ("next_look_at", models.DateTimeField(blank=True, null=True)),
                ("saved_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "saved search",
                "verbose_name_plural": "saved searches",
            },
        ),
        migrations.AddField(
            model_name="savedsearch",
            name="owner",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="saved_searches", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddIndex(
            model_name="savedsearch",
            index=models.Index(
                condition=models.Q(("next_look_at__isnull", False)), fields=["next_look_at"], name="searches_to_look_at"
            ),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.UniqueConstraint(fields=("owner", "address"), name="a_search_is_saved_once"),
        ),
        migrations.AddConstraint(
            model_name="savedsearch",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("alerts", "none"), ("next_look_at", None)),
                    models.Q(
                        models.Q(("alerts", "none"), _negated=True),
                        ("alerts_since__isnull", False),
                        ("next_look_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="letters_have_a_date",
            ),
        ),
    ]
