"""People who bought or were given something and have set no password yet."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="user",
            name="is_guest",
            field=models.BooleanField(
                db_default=False, default=False, help_text="bought or was given something, and has set no password yet"
            ),
        ),
    ]
