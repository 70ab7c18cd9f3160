"""Letters that people asked for."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0003_follows"),
        ("catalog", "0005_audiences"),
        ("recommendations", "0003_saved_searches"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Digest",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("searches", "Saved searches"),
                            ("weekly", "Weekly letter"),
                            ("releases", "New works of followed artists"),
                        ],
                        max_length=12,
                    ),
                ),
                ("day", models.DateField(help_text="UTC")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("sending", "Being sent"),
                            ("sent", "Sent"),
                            ("dropped", "Not sent"),
                        ],
                        default="waiting",
                        max_length=8,
                    ),
                ),
                ("written_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="digests", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "letter of news",
                "verbose_name_plural": "letters of news",
            },
        ),
        migrations.CreateModel(
            name="DigestWork",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("searches", "Saved searches"),
                            ("weekly", "Weekly letter"),
                            ("releases", "New works of followed artists"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "section",
                    models.CharField(
                        choices=[
                            ("search", "Found by a saved search"),
                            ("followed", "Of a followed artist"),
                            ("recommended", "Recommended"),
                        ],
                        max_length=12,
                    ),
                ),
                ("place", models.PositiveSmallIntegerField()),
                (
                    "because_of",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="catalog.work"
                    ),
                ),
                (
                    "digest",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="told", to="digests.digest"
                    ),
                ),
                (
                    "reader",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "search",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="recommendations.savedsearch",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.work"),
                ),
            ],
            options={
                "verbose_name": "work told of",
                "verbose_name_plural": "works told of",
            },
        ),
        migrations.CreateModel(
            name="MailWishes",
            fields=[
                (
                    "reader",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="mail_wishes",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "weekly",
                    models.BooleanField(
                        default=False, verbose_name="Every Monday: new works of artists you follow, and works for you"
                    ),
                ),
                ("weekly_since", models.DateTimeField(blank=True, help_text="what came before is no news", null=True)),
                ("weekly_next_at", models.DateTimeField(blank=True, null=True)),
                (
                    "releases",
                    models.BooleanField(
                        default=False, verbose_name="Each day on which artists you follow publish something"
                    ),
                ),
                (
                    "releases_since",
                    models.DateTimeField(blank=True, help_text="what came before is no news", null=True),
                ),
                ("releases_next_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "letters wished for",
                "verbose_name_plural": "letters wished for",
                "indexes": [
                    models.Index(
                        condition=models.Q(("weekly", True)), fields=["weekly_next_at"], name="weekly_letters_due"
                    ),
                    models.Index(
                        condition=models.Q(("releases", True)), fields=["releases_next_at"], name="release_letters_due"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("weekly", False), ("weekly_next_at", None)),
                            models.Q(
                                ("weekly", True), ("weekly_next_at__isnull", False), ("weekly_since__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="weekly_letters_have_a_date",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("releases", False), ("releases_next_at", None)),
                            models.Q(
                                ("releases", True),
                                ("releases_next_at__isnull", False),
                                ("releases_since__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="releases_letters_have_a_date",
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="digest",
            index=models.Index(condition=models.Q(("state", "waiting")), fields=["written_at"], name="letters_waiting"),
        ),
        migrations.AddIndex(
            model_name="digest",
            index=models.Index(fields=["day"], name="letters_by_day"),
        ),
        migrations.AddConstraint(
            model_name="digest",
            constraint=models.UniqueConstraint(fields=("reader", "kind", "day"), name="a_letter_of_a_kind_once_a_day"),
        ),
        migrations.AddConstraint(
            model_name="digestwork",
            constraint=models.UniqueConstraint(fields=("reader", "kind", "work"), name="a_work_is_told_once_by_a_kind"),
        ),
    ]
