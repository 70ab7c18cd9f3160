"""Whom a work is for: everybody, the buyers' club first, or the artist's members."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guests"),
        ("catalog", "0004_restoration_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="work",
            name="audience",
            field=models.CharField(
                choices=[("everyone", "Everybody"), ("club_first", "The club first"), ("members", "My members only")],
                db_default="everyone",
                default="everyone",
                max_length=12,
            ),
        ),
        migrations.AddField(
            model_name="work",
            name="members_level",
            field=models.PositiveSmallIntegerField(
                db_default=1, default=1, help_text="for members: the lowest tier that opens it; 1 is every tier"
            ),
        ),
        migrations.AddField(
            model_name="work",
            name="public_from",
            field=models.DateTimeField(blank=True, help_text="for the club first: then for everybody", null=True),
        ),
        migrations.AddIndex(
            model_name="work",
            index=models.Index(
                condition=models.Q(("audience", "everyone"), _negated=True), fields=["status"], name="works_for_some"
            ),
        ),
        migrations.AddConstraint(
            model_name="work",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("audience", "club_first"), ("public_from__isnull", False)),
                    models.Q(models.Q(("audience", "club_first"), _negated=True), ("public_from", None)),
                    _connector="OR",
                ),
                name="club_first_until_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="work",
            constraint=models.CheckConstraint(
                condition=models.Q(("members_level__gte", 1)), name="members_levels_begin_at_one"
            ),
        ),
    ]
