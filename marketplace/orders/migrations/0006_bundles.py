"""Bundles: works that are sold together."""

import django.db.models.deletion
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guests"),
        ("catalog", "0004_restoration_files"),
        ("orders", "0005_carts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Bundle",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("title", models.CharField(max_length=140)),
                ("description", models.TextField(blank=True, max_length=2000)),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("zh-hans", "Simplified Chinese")], default="en", max_length=8
                    ),
                ),
                (
                    "licence",
                    models.CharField(
                        choices=[("personal", "Personal"), ("commercial", "Commercial"), ("exclusive", "Exclusive")],
                        max_length=16,
                    ),
                ),
                ("price_minor", models.PositiveBigIntegerField(help_text="minor units, of all works together")),
                ("currency", models.CharField(max_length=3)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bundles", to="accounts.artist"
                    ),
                ),
            ],
            options={
                "verbose_name": "bundle",
                "verbose_name_plural": "bundles",
            },
        ),
        migrations.AddField(
            model_name="orderline",
            name="bundle",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="order_lines",
                to="orders.bundle",
            ),
        ),
        migrations.CreateModel(
            name="BundleItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "bundle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="orders.bundle"
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="bundle_items", to="catalog.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "work in a bundle",
                "verbose_name_plural": "works in bundles",
                "ordering": ["position"],
            },
        ),
        migrations.AddField(
            model_name="bundle",
            name="works",
            field=models.ManyToManyField(related_name="bundles", through="orders.BundleItem", to="catalog.work"),
        ),
        migrations.CreateModel(
            name="CartBundle",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                (
                    "bundle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cart_items", to="orders.bundle"
                    ),
                ),
                (
                    "cart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="bundles", to="orders.cart"
                    ),
                ),
            ],
            options={
                "verbose_name": "bundle in a cart",
                "verbose_name_plural": "bundles in carts",
            },
        ),
        migrations.AddConstraint(
            model_name="bundleitem",
            constraint=models.UniqueConstraint(fields=("bundle", "work"), name="a_work_once_per_bundle"),
        ),
        migrations.AddIndex(
            model_name="bundle",
            index=models.Index(fields=["artist", "-created_at"], name="bundles_of_an_artist"),
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.CheckConstraint(condition=models.Q(("price_minor__gt", 0)), name="a_bundle_has_a_price"),
        ),
        migrations.AddConstraint(
            model_name="bundle",
            constraint=models.CheckConstraint(
                condition=models.Q(("licence", "exclusive"), _negated=True), name="a_bundle_is_of_licences_for_many"
            ),
        ),
        migrations.AddConstraint(
            model_name="cartbundle",
            constraint=models.UniqueConstraint(fields=("cart", "bundle"), name="a_bundle_once_per_cart"),
        ),
    ]
