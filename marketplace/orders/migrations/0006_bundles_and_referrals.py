"""Bundles: works that are sold together; referral links, and what they bring."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guests"),
        ("billing", "0009_promotions_and_referrals"),
        ("catalog", "0004_restoration_files"),
        ("orders", "0005_carts"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReferralLink",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="referral_link",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("code", models.CharField(max_length=16, unique=True)),
                ("clicks", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "referral link",
                "verbose_name_plural": "referral links",
            },
        ),
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
        migrations.CreateModel(
            name="Referral",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="referral",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("share_basis_points", models.PositiveIntegerField()),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="referrals", to="orders.referrallink"
                    ),
                ),
            ],
            options={
                "verbose_name": "referral",
                "verbose_name_plural": "referrals",
            },
        ),
        migrations.CreateModel(
            name="ReferralReward",
            fields=[
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="referral_reward",
                        serialize=False,
                        to="orders.orderline",
                    ),
                ),
                ("share_minor", models.PositiveBigIntegerField(help_text="of the fee, before refunds")),
                ("currency", models.CharField(max_length=3)),
                ("credits_granted", models.PositiveIntegerField(default=0)),
                ("credits_returned", models.PositiveIntegerField(default=0)),
                (
                    "credits_due_at",
                    models.DateTimeField(blank=True, help_text="set until the credits are granted", null=True),
                ),
                (
                    "part",
                    models.OneToOneField(
                        blank=True,
                        help_text="money for an artist",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.sale",
                    ),
                ),
                (
                    "referral",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rewards", to="orders.referral"
                    ),
                ),
                (
                    "sale",
                    models.ForeignKey(
                        help_text="of the licence",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="billing.sale",
                    ),
                ),
            ],
            options={
                "verbose_name": "reward of a referral",
                "verbose_name_plural": "rewards of referrals",
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
        migrations.AddIndex(
            model_name="referralreward",
            index=models.Index(
                condition=models.Q(("credits_due_at", None), _negated=True),
                fields=["credits_due_at"],
                name="referral_credits_due",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralreward",
            constraint=models.CheckConstraint(
                condition=models.Q(("credits_returned__lte", models.F("credits_granted"))),
                name="no_more_credits_back_than_granted",
            ),
        ),
        migrations.AddConstraint(
            model_name="referralreward",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("part", None), models.Q(("credits_due_at", None), ("credits_granted", 0)), _connector="OR"
                ),
                name="a_reward_is_money_or_credits",
            ),
        ),
    ]
