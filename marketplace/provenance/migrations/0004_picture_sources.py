"""From the pictures that models begin with to the files that were handed in."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("provenance", "0003_picture_tool_source"),
    ]

    operations = [
        migrations.CreateModel(
            name="PictureSource",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "made_sha256",
                    models.CharField(help_text="of the picture that was handed to the model", max_length=64),
                ),
                ("of_sha256", models.CharField(help_text="of the file that it was made from", max_length=64)),
            ],
            options={
                "verbose_name": "source of a picture",
                "verbose_name_plural": "sources of pictures",
                "constraints": [
                    models.UniqueConstraint(fields=("made_sha256", "of_sha256"), name="a_picture_and_its_source_once")
                ],
            },
        ),
    ]
