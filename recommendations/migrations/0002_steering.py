"""More kinds of events, two narrow doors for deleting them, impressions, saved works and how feeds are steered."""

import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import marketplace.core.ids

# Events stay append-only, with two doors that a transaction has to open for itself: the rows of one viewer who wants
# them gone, and rows older than a day that is named. Nothing opens a door for a change.
DOORS = """
CREATE OR REPLACE FUNCTION recommendations_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.viewer = nullif(current_setting('recommendations.forgotten_viewer', true), '')
            OR OLD.happened_on < nullif(current_setting('recommendations.forgotten_before', true), '')::date
        THEN
            RETURN OLD;
        END IF;
    END IF;
    RAISE EXCEPTION '% refused on %: events are only added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""
NO_DOORS = """
CREATE OR REPLACE FUNCTION recommendations_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused on %: events are only added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guests"),
        ("catalog", "0005_audiences"),
        ("recommendations", "0001_initial"),
    ]

    operations = [
        # The events' table is written by every page: wait for it shortly, or fail and be run again.
        migrations.RunSQL("SET LOCAL lock_timeout = '5s'", migrations.RunSQL.noop),
        migrations.RunSQL(DOORS, NO_DOORS),
        migrations.CreateModel(
            name="CountingSalt",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("salt", models.CharField(max_length=64)),
            ],
            options={
                "verbose_name": "salt of a day",
                "verbose_name_plural": "salts of days",
            },
        ),
        migrations.CreateModel(
            name="FeedSettings",
            fields=[
                ("viewer", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "consent",
                    models.CharField(
                        choices=[("unasked", "Not answered yet"), ("given", "Yes"), ("refused", "No")],
                        db_default="unasked",
                        default="unasked",
                        max_length=8,
                    ),
                ),
                (
                    "is_personal",
                    models.BooleanField(
                        db_default=True,
                        default=True,
                        help_text="off: the feed is made of popularity and freshness alone",
                    ),
                ),
                (
                    "novelty",
                    models.PositiveSmallIntegerField(
                        db_default=50,
                        default=50,
                        help_text="0: as near to her taste as can be, 100: as new to her as can be",
                        validators=[django.core.validators.MaxValueValidator(100)],
                    ),
                ),
                (
                    "diversity",
                    models.PositiveSmallIntegerField(
                        db_default=30,
                        default=30,
                        help_text="0: by relevance alone, 100: as unlike each other as can be",
                        validators=[django.core.validators.MaxValueValidator(100)],
                    ),
                ),
                (
                    "taste_since",
                    models.DateTimeField(blank=True, help_text="events before it no longer count", null=True),
                ),
                ("changed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "settings of a feed",
                "verbose_name_plural": "settings of feeds",
            },
        ),
        migrations.CreateModel(
            name="HiddenWork",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("viewer", models.CharField(max_length=64)),
                ("hidden_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "hidden work",
                "verbose_name_plural": "hidden works",
            },
        ),
        migrations.CreateModel(
            name="Mute",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("viewer", models.CharField(max_length=64)),
                (
                    "medium",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("image", "Image"),
                            ("animation", "Animation"),
                            ("video", "Video"),
                            ("music", "Music"),
                            ("text", "Text"),
                            ("panorama", "Panorama"),
                            ("model_3d", "3D asset"),
                        ],
                        db_default="",
                        default="",
                        max_length=16,
                    ),
                ),
                ("muted_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "mute",
                "verbose_name_plural": "mutes",
            },
        ),
        migrations.CreateModel(
            name="Save",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("viewer", models.CharField(max_length=64)),
                ("saved_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "saved work",
                "verbose_name_plural": "saved works",
            },
        ),
        migrations.CreateModel(
            name="TastePick",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("viewer", models.CharField(max_length=64)),
                ("picked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name": "chosen taste",
                "verbose_name_plural": "chosen tastes",
            },
        ),
        migrations.CreateModel(
            name="WorkImpressions",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("day", models.DateField()),
                (
                    "surface",
                    models.CharField(
                        choices=[
                            ("for_you", "For you"),
                            ("popular", "Popular now"),
                            ("new", "New"),
                            ("similar", "Like this one"),
                            ("search", "Search"),
                            ("tag", "A tag’s page"),
                            ("storefront", "A storefront"),
                            ("following", "Artists you follow"),
                        ],
                        max_length=16,
                    ),
                ),
                ("shown", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "impressions of a work",
                "verbose_name_plural": "impressions of works",
            },
        ),
        migrations.AddField(
            model_name="event",
            name="artist",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                help_text="of following alone",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.artist",
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="position",
            field=models.PositiveSmallIntegerField(blank=True, help_text="the place in that list, from 0", null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="query",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="normalised words of a search", max_length=120
            ),
        ),
        migrations.AddField(
            model_name="event",
            name="seconds",
            field=models.PositiveSmallIntegerField(blank=True, help_text="how long the page was in sight", null=True),
        ),
        migrations.AddField(
            model_name="event",
            name="surface",
            field=models.CharField(
                blank=True,
                choices=[
                    ("for_you", "For you"),
                    ("popular", "Popular now"),
                    ("new", "New"),
                    ("similar", "Like this one"),
                    ("search", "Search"),
                    ("tag", "A tag’s page"),
                    ("storefront", "A storefront"),
                    ("following", "Artists you follow"),
                ],
                db_default="",
                default="",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="kind",
            field=models.CharField(
                choices=[
                    ("viewed", "Viewed"),
                    ("dwelt", "Stayed on the page"),
                    ("liked", "Liked"),
                    ("unliked", "Like taken back"),
                    ("saved", "Saved"),
                    ("unsaved", "No longer saved"),
                    ("carted", "Put into the cart"),
                    ("bought", "Bought"),
                    ("hidden", "Hidden"),
                    ("unhidden", "Shown again"),
                    ("followed", "Artist followed"),
                    ("unfollowed", "Artist no longer followed"),
                    ("searched", "Searched"),
                    ("clicked", "Opened from a list"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="event",
            name="work",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="catalog.work",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("artist", None), ("kind", "searched"), ("work", None), models.Q(("query", ""), _negated=True)
                    ),
                    models.Q(("artist__isnull", False), ("kind__in", ["followed", "unfollowed"]), ("work", None)),
                    models.Q(
                        models.Q(("kind__in", ["searched", "followed", "unfollowed"]), _negated=True),
                        ("artist", None),
                        ("work__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="an_event_has_its_object",
            ),
        ),
        migrations.AddConstraint(
            model_name="event",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "dwelt"), ("seconds__gte", 1), ("seconds__isnull", False), ("seconds__lte", 600)),
                    models.Q(models.Q(("kind", "dwelt"), _negated=True), ("seconds", None)),
                    _connector="OR",
                ),
                name="a_dwell_has_bounded_seconds",
            ),
        ),
        migrations.AddIndex(
            model_name="feedsettings",
            index=models.Index(
                condition=models.Q(("consent", "refused")), fields=["changed_at"], name="refused_lately"
            ),
        ),
        migrations.AddConstraint(
            model_name="feedsettings",
            constraint=models.CheckConstraint(
                condition=models.Q(("diversity__lte", 100), ("novelty__lte", 100)), name="sliders_end_at_100"
            ),
        ),
        migrations.AddField(
            model_name="hiddenwork",
            name="work",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.work"),
        ),
        migrations.AddField(
            model_name="mute",
            name="artist",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.artist",
            ),
        ),
        migrations.AddField(
            model_name="mute",
            name="tag",
            field=models.ForeignKey(
                blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.tag"
            ),
        ),
        migrations.AddField(
            model_name="save",
            name="work",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="saves", to="catalog.work"
            ),
        ),
        migrations.AddField(
            model_name="tastepick",
            name="tag",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.tag"),
        ),
        migrations.AddField(
            model_name="workimpressions",
            name="work",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="impressions",
                to="catalog.work",
            ),
        ),
        migrations.AddIndex(
            model_name="hiddenwork",
            index=models.Index(fields=["viewer", "-hidden_at"], name="hidden_last_first"),
        ),
        migrations.AddConstraint(
            model_name="hiddenwork",
            constraint=models.UniqueConstraint(fields=("viewer", "work"), name="a_work_is_hidden_once"),
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.UniqueConstraint(
                fields=("viewer", "artist", "medium", "tag"), name="a_mute_once", nulls_distinct=False
            ),
        ),
        migrations.AddConstraint(
            model_name="mute",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("artist__isnull", False), ("medium", ""), ("tag", None)),
                    models.Q(("artist", None), ("tag", None), models.Q(("medium", ""), _negated=True)),
                    models.Q(("artist", None), ("medium", ""), ("tag__isnull", False)),
                    _connector="OR",
                ),
                name="a_mute_of_one_thing",
            ),
        ),
        migrations.AddIndex(
            model_name="save",
            index=models.Index(fields=["viewer", "-saved_at"], name="saved_last_first"),
        ),
        migrations.AddConstraint(
            model_name="save",
            constraint=models.UniqueConstraint(fields=("viewer", "work"), name="a_work_is_saved_once"),
        ),
        migrations.AddConstraint(
            model_name="tastepick",
            constraint=models.UniqueConstraint(fields=("viewer", "tag"), name="a_tag_is_picked_once"),
        ),
        migrations.AddConstraint(
            model_name="workimpressions",
            constraint=models.UniqueConstraint(fields=("work", "day", "surface"), name="impressions_once_a_day"),
        ),
    ]
