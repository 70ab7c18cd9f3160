"""Two more lists in which works are shown."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("recommendations", "0005_recommenders"),
    ]

    operations = [
        migrations.AlterField(
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
                    ("goes_with", "Goes with this one"),
                    ("after_purchase", "After a purchase"),
                ],
                db_default="",
                default="",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="workimpressions",
            name="surface",
            field=models.CharField(
                choices=[
                    ("for_you", "For you"),
                    ("popular", "Popular now"),
                    ("new", "New"),
                    ("similar", "Like this one"),
                    ("search", "Search"),
                    ("tag", "A tag’s page"),
                    ("storefront", "A storefront"),
                    ("following", "Artists you follow"),
                    ("goes_with", "Goes with this one"),
                    ("after_purchase", "After a purchase"),
                ],
                max_length=16,
            ),
        ),
    ]
