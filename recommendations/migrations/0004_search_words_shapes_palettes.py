"""Words that slips of the finger are looked up by, the shape of a preview, and the palette as a space."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0003_saved_searches"),
    ]

    operations = [
        migrations.AddField(
            model_name="workcolour",
            name="aspect",
            field=models.CharField(
                blank=True,
                choices=[("wide", "Wide"), ("tall", "Tall"), ("square", "Square")],
                db_default="",
                default="",
                help_text="empty: not measured yet",
                max_length=8,
            ),
        ),
        migrations.AlterField(
            model_name="embedding",
            name="space",
            field=models.CharField(
                choices=[("text", "Text"), ("picture", "Picture"), ("palette", "Palette")], max_length=16
            ),
        ),
        migrations.AlterField(
            model_name="embeddingspace",
            name="space",
            field=models.CharField(
                choices=[("text", "Text"), ("picture", "Picture"), ("palette", "Palette")], max_length=16
            ),
        ),
        migrations.CreateModel(
            name="IndexedWord",
            fields=[
                ("word", models.CharField(max_length=30, primary_key=True, serialize=False)),
                (
                    "deletes",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
            ],
            options={
                "verbose_name": "indexed word",
                "verbose_name_plural": "indexed words",
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(fields=["deletes"], name="words_by_their_deletes")
                ],
            },
        ),
    ]
