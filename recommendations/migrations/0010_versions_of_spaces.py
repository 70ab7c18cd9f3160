"""Which version of a space is the present one, and versions that stand beside it; the composition as a space."""

import django.db.models.constraints
import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now


def name_present_versions(apps, schema_editor):
    """The last version that was registered is the one that was read; the others begin their time of grace."""
    spaces = apps.get_model("recommendations", "EmbeddingSpace")
    seen = set()
    for row in spaces.objects.order_by("-registered_at"):
        if row.space in seen:
            spaces.objects.filter(pk=row.pk).update(retired_at=Now())
        else:
            spaces.objects.filter(pk=row.pk).update(present_in=row.space)
        seen.add(row.space)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_audiences"),
        ("recommendations", "0009_telling_allowance"),
    ]

    operations = [
        migrations.CreateModel(
            name="EmbeddingGap",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("noticed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "work without a vector",
                "verbose_name_plural": "works without a vector",
            },
        ),
        migrations.AddField(
            model_name="embeddingspace",
            name="dropped_at",
            field=models.DateTimeField(editable=False, help_text="Its vectors are being deleted.", null=True),
        ),
        migrations.AddField(
            model_name="embeddingspace",
            name="filling_since",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="embeddingspace",
            name="present_in",
            field=models.CharField(
                editable=False, help_text="The space, where this is its present version.", max_length=16, null=True
            ),
        ),
        migrations.AddField(
            model_name="embeddingspace",
            name="retired_at",
            field=models.DateTimeField(
                editable=False, help_text="When another version took its place. It is dropped after a time.", null=True
            ),
        ),
        migrations.AddField(
            model_name="embeddingspace",
            name="whole_at",
            field=models.DateTimeField(
                editable=False, help_text="When every published work that can have a vector had one.", null=True
            ),
        ),
        migrations.AlterField(
            model_name="embedding",
            name="space",
            field=models.CharField(
                choices=[
                    ("text", "Text"),
                    ("picture", "Picture"),
                    ("palette", "Palette"),
                    ("composition", "Composition"),
                ],
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="embeddingspace",
            name="space",
            field=models.CharField(
                choices=[
                    ("text", "Text"),
                    ("picture", "Picture"),
                    ("palette", "Palette"),
                    ("composition", "Composition"),
                ],
                max_length=16,
            ),
        ),
        migrations.RunPython(name_present_versions, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="embeddingspace",
            constraint=models.UniqueConstraint(
                deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                fields=("present_in",),
                name="one_present_version_of_a_space",
            ),
        ),
        migrations.AddConstraint(
            model_name="embeddingspace",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("present_in", None),
                    models.Q(("dropped_at", None), ("present_in", models.F("space")), ("retired_at", None)),
                    _connector="OR",
                ),
                name="a_present_version_is_of_its_space",
            ),
        ),
        migrations.AddField(
            model_name="embeddinggap",
            name="version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="gaps", to="recommendations.embeddingspace"
            ),
        ),
        migrations.AddField(
            model_name="embeddinggap",
            name="work",
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="catalog.work"),
        ),
        migrations.AddConstraint(
            model_name="embeddinggap",
            constraint=models.UniqueConstraint(fields=("work", "version"), name="one_gap_per_space_version"),
        ),
    ]
