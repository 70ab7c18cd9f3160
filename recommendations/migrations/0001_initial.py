"""Events in monthly partitions, embeddings, search documents and what is counted from them."""

from datetime import timedelta

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.functions.datetime
import pgvector.django.vector
from django.db import migrations, models

import marketplace.core.ids
from marketplace.core.clock import now
from recommendations.partitions import ensure_months

# Django cannot make a partitioned table. Every unique key of one holds the partition's column.
EVENTS = """
CREATE TABLE recommendations_event (
    id uuid NOT NULL,
    kind varchar(16) NOT NULL,
    work_id uuid NOT NULL REFERENCES catalog_work (id) DEFERRABLE INITIALLY DEFERRED,
    viewer varchar(64) NOT NULL,
    once_key varchar(160) NOT NULL,
    happened_at timestamptz NOT NULL,
    happened_on date NOT NULL,
    PRIMARY KEY (id, happened_on),
    CONSTRAINT an_event_once UNIQUE (once_key, happened_on),
    CONSTRAINT an_event_lies_on_its_day CHECK (happened_on = (happened_at AT TIME ZONE 'UTC')::date)
) PARTITION BY RANGE (happened_on);
CREATE INDEX events_of_a_viewer ON recommendations_event (viewer, happened_at DESC);
CREATE INDEX events_of_a_work ON recommendations_event (work_id, kind, happened_at);
CREATE TABLE recommendations_event_default PARTITION OF recommendations_event DEFAULT;

CREATE FUNCTION recommendations_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused on %: events are only added', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER recommendations_event_append_only BEFORE UPDATE OR DELETE ON recommendations_event
    FOR EACH ROW EXECUTE FUNCTION recommendations_refuse_change();
CREATE TRIGGER recommendations_event_no_truncate BEFORE TRUNCATE ON recommendations_event
    FOR EACH STATEMENT EXECUTE FUNCTION recommendations_refuse_change();
"""


def make_first_months(apps, schema_editor):
    today = now().date()
    with schema_editor.connection.cursor() as cursor:
        ensure_months(cursor, first=today - timedelta(days=95), last=today + timedelta(days=62))


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalog", "0001_initial"),
    ]

    operations = [
        # Other rooms use it too, and only a superuser may drop it: going back leaves it.
        migrations.RunSQL("CREATE EXTENSION IF NOT EXISTS vector", migrations.RunSQL.noop),
        migrations.CreateModel(
            name="WorkColour",
            fields=[
                (
                    "work",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="colour",
                        serialize=False,
                        to="catalog.work",
                    ),
                ),
                (
                    "colour",
                    models.CharField(
                        choices=[
                            ("red", "Red"),
                            ("orange", "Orange"),
                            ("yellow", "Yellow"),
                            ("green", "Green"),
                            ("blue", "Blue"),
                            ("violet", "Violet"),
                            ("pink", "Pink"),
                            ("dark", "Dark"),
                            ("light", "Light"),
                            ("grey", "Grey"),
                        ],
                        db_index=True,
                        max_length=12,
                    ),
                ),
                ("measured_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "colour of a work",
                "verbose_name_plural": "colours of works",
            },
        ),
        migrations.CreateModel(
            name="EmbeddingSpace",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "space",
                    models.CharField(choices=[("text", "Text"), ("picture", "Picture")], max_length=16),
                ),
                ("version", models.CharField(max_length=80)),
                ("dimensions", models.PositiveIntegerField()),
                ("index_name", models.CharField(max_length=63, unique=True)),
                ("registered_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "embedding space",
                "verbose_name_plural": "embedding spaces",
                "constraints": [models.UniqueConstraint(fields=("space", "version"), name="a_version_of_a_space_once")],
            },
        ),
        migrations.CreateModel(
            name="SearchDocument",
            fields=[
                (
                    "work",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="search_document",
                        serialize=False,
                        to="catalog.work",
                    ),
                ),
                ("document", django.contrib.postgres.search.SearchVectorField()),
                ("indexed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "search document",
                "verbose_name_plural": "search documents",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["document"], name="search_document_words")
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkPopularity",
            fields=[
                (
                    "work",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="popularity",
                        serialize=False,
                        to="catalog.work",
                    ),
                ),
                (
                    "score",
                    models.FloatField(help_text="weighted events, halved in a fixed time; for sorting only"),
                ),
                ("viewers", models.PositiveIntegerField(default=0)),
                ("likes", models.PositiveIntegerField(default=0)),
                ("buyers", models.PositiveIntegerField(default=0)),
                ("counted_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "popularity",
                "verbose_name_plural": "popularity",
                "indexes": [models.Index(fields=["-score"], name="most_popular_first")],
            },
        ),
        migrations.CreateModel(
            name="Embedding",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "space",
                    models.CharField(choices=[("text", "Text"), ("picture", "Picture")], max_length=16),
                ),
                ("version", models.CharField(max_length=80)),
                ("vector", pgvector.django.vector.VectorField()),
                ("made_at", models.DateTimeField(auto_now=True)),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="embeddings",
                        to="catalog.work",
                    ),
                ),
            ],
            options={
                "verbose_name": "embedding",
                "verbose_name_plural": "embeddings",
                "constraints": [
                    models.UniqueConstraint(fields=("work", "space", "version"), name="one_vector_per_space_version")
                ],
            },
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="Event",
                    fields=[
                        (
                            "id",
                            models.UUIDField(
                                default=marketplace.core.ids.new_id,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("viewed", "Viewed"),
                                    ("liked", "Liked"),
                                    ("unliked", "Like taken back"),
                                    ("bought", "Bought"),
                                ],
                                max_length=16,
                            ),
                        ),
                        ("viewer", models.CharField(max_length=64)),
                        ("once_key", models.CharField(max_length=160)),
                        ("happened_at", models.DateTimeField()),
                        (
                            "happened_on",
                            models.DateField(help_text="the day of happened_at in UTC; chooses the partition"),
                        ),
                        (
                            "work",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="events",
                                to="catalog.work",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "event",
                        "verbose_name_plural": "events",
                        "indexes": [
                            models.Index(fields=["viewer", "-happened_at"], name="events_of_a_viewer"),
                            models.Index(fields=["work", "kind", "happened_at"], name="events_of_a_work"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(fields=("once_key", "happened_on"), name="an_event_once")
                        ],
                    },
                ),
            ],
            database_operations=[
                migrations.RunSQL(
                    EVENTS, "DROP TABLE recommendations_event; DROP FUNCTION recommendations_refuse_change();"
                ),
                migrations.RunPython(make_first_months, migrations.RunPython.noop),
            ],
        ),
        migrations.CreateModel(
            name="Like",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("viewer", models.CharField(max_length=64)),
                ("liked_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="likes", to="catalog.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "like",
                "verbose_name_plural": "likes",
                "constraints": [models.UniqueConstraint(fields=("viewer", "work"), name="a_work_is_liked_once")],
            },
        ),
    ]
