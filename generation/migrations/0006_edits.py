from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("generation", "0005_registry"),
    ]

    operations = [
        migrations.AddField(
            model_name="generationjob",
            name="base_seed",
            field=models.BigIntegerField(
                blank=True, help_text="Of variations: the seed that they stay near.", null=True
            ),
        ),
        migrations.AddField(
            model_name="generationjob",
            name="extension",
            field=models.JSONField(blank=True, help_text="contract.Extension", null=True),
        ),
        migrations.AddField(
            model_name="generationjob",
            name="mask_sha256",
            field=models.CharField(blank=True, db_default="", default="", max_length=64),
        ),
        migrations.AddField(
            model_name="generationjob",
            name="painted_side",
            field=models.PositiveIntegerField(
                blank=True, help_text="Of edits: the longer side in pixels at which the model paints.", null=True
            ),
        ),
        migrations.AddField(
            model_name="generationjob",
            name="variation",
            field=models.FloatField(blank=True, help_text="Of variations: how far from it, up to 1.", null=True),
        ),
        migrations.AlterField(
            model_name="generationjob",
            name="kind",
            field=models.CharField(
                choices=[
                    ("text_to_image", "from words"),
                    ("image_to_image", "from a picture"),
                    ("variations", "variations of a picture"),
                    ("inpaint", "painted over in part"),
                    ("outpaint", "painted beyond its edge"),
                ],
                max_length=20,
            ),
        ),
    ]
