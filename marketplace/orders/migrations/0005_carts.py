"""Carts, orders of several licences, tips, gifts, discount codes, consent."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guests"),
        ("catalog", "0004_restoration_files"),
        ("licensing", "0004_suggested_prices"),
        ("orders", "0004_refund_requests"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="basket_key",
            field=models.CharField(
                blank=True, db_default="", help_text="SHA-256 of what was ordered, and how", max_length=64
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="consent_wording",
            field=models.CharField(
                blank=True, db_default="", help_text="version and language of what was shown", max_length=24
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="consented_at",
            field=models.DateTimeField(
                blank=True, help_text="to delivery at once, with the loss of the right of withdrawal", null=True
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="discount_minor",
            field=models.PositiveBigIntegerField(db_default=0, default=0, help_text="what a code took off"),
        ),
        migrations.AddField(
            model_name="orderline",
            name="refusal",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sold_exclusively", "The work was sold exclusively to somebody else first."),
                    ("held_by_another", "The time to pay was over, and the licence is held for somebody else."),
                    (
                        "held_exclusively",
                        "Somebody has begun to buy the work exclusively. If they do not, you can buy it again.",
                    ),
                    ("amount_differs", "The amount paid was not the order's amount."),
                    ("not_on_sale", "The work was taken off sale before the payment arrived."),
                    ("licensed_already", "You held this licence already."),
                    ("own_work", "It is the artist's own work."),
                ],
                db_default="",
                help_text="why it was not granted while others were",
                max_length=32,
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="refusal",
            field=models.CharField(
                blank=True,
                choices=[
                    ("sold_exclusively", "The work was sold exclusively to somebody else first."),
                    ("held_by_another", "The time to pay was over, and the licence is held for somebody else."),
                    (
                        "held_exclusively",
                        "Somebody has begun to buy the work exclusively. If they do not, you can buy it again.",
                    ),
                    ("amount_differs", "The amount paid was not the order's amount."),
                    ("not_on_sale", "The work was taken off sale before the payment arrived."),
                    ("licensed_already", "You held this licence already."),
                    ("own_work", "It is the artist's own work."),
                ],
                max_length=32,
            ),
        ),
        migrations.AlterField(
            model_name="order",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Waiting for payment"),
                    ("processing", "Payment on its way"),
                    ("paid", "Paid"),
                    ("declined", "Payment failed"),
                    ("cancelled", "Cancelled"),
                    ("expired", "Expired"),
                    ("refund_due", "Being refunded"),
                    ("refunded", "Refunded"),
                    ("refund_failed", "Refund failed"),
                ],
                default="open",
                max_length=16,
            ),
        ),
        migrations.AlterField(
            model_name="orderline",
            name="price_minor",
            field=models.PositiveBigIntegerField(help_text="what the buyer pays, after the discount"),
        ),
        migrations.CreateModel(
            name="Cart",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "user",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cart",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "cart",
                "verbose_name_plural": "carts",
            },
        ),
        migrations.CreateModel(
            name="CartItem",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount_minor", models.PositiveBigIntegerField(blank=True, null=True)),
                ("added_at", models.DateTimeField(auto_now_add=True)),
                (
                    "cart",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="orders.cart"
                    ),
                ),
                (
                    "offer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="cart_items",
                        to="licensing.licenceoffer",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="cart_items", to="catalog.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "item of a cart",
                "verbose_name_plural": "items of carts",
            },
        ),
        migrations.CreateModel(
            name="DiscountCode",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        help_text="Capitals, digits and hyphens.", max_length=24, unique=True, verbose_name="code"
                    ),
                ),
                (
                    "share_basis_points",
                    models.PositiveIntegerField(blank=True, help_text="1/100 of a percent", null=True),
                ),
                (
                    "amount_minor",
                    models.PositiveBigIntegerField(blank=True, help_text="minor units of the currency", null=True),
                ),
                ("currency", models.CharField(blank=True, help_text="of an amount", max_length=3)),
                ("starts_at", models.DateTimeField(blank=True, null=True, verbose_name="valid from")),
                ("ends_at", models.DateTimeField(blank=True, null=True, verbose_name="valid until")),
                ("most_uses", models.PositiveIntegerField(blank=True, null=True, verbose_name="uses in all")),
                (
                    "most_uses_per_buyer",
                    models.PositiveIntegerField(blank=True, default=1, null=True, verbose_name="uses per buyer"),
                ),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "artist",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discount_codes",
                        to="accounts.artist",
                    ),
                ),
                (
                    "works",
                    models.ManyToManyField(
                        blank=True, related_name="discount_codes", to="catalog.work", verbose_name="works"
                    ),
                ),
            ],
            options={
                "verbose_name": "discount code",
                "verbose_name_plural": "discount codes",
            },
        ),
        migrations.AddField(
            model_name="order",
            name="discount_code",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="orders",
                to="orders.discountcode",
            ),
        ),
        migrations.CreateModel(
            name="DiscountUse",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="discount_use",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("kept", "Kept for an open order"), ("used", "Used"), ("given_back", "Given back")],
                        default="kept",
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "buyer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="discount_uses",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "code",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="uses", to="orders.discountcode"
                    ),
                ),
            ],
            options={
                "verbose_name": "use of a discount code",
                "verbose_name_plural": "uses of discount codes",
            },
        ),
        migrations.CreateModel(
            name="Gift",
            fields=[
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="gift",
                        serialize=False,
                        to="orders.order",
                    ),
                ),
                ("recipient_email", models.EmailField(max_length=254)),
                ("recipient_name", models.CharField(blank=True, max_length=80)),
                ("words", models.TextField(blank=True, help_text="from the buyer", max_length=1000)),
                ("opened_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        blank=True,
                        help_text="once it was given",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="gifts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "gift",
                "verbose_name_plural": "gifts",
            },
        ),
        migrations.CreateModel(
            name="LineReturn",
            fields=[
                (
                    "line",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="money_back",
                        serialize=False,
                        to="orders.orderline",
                    ),
                ),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("due", "On its way"),
                            ("returned", "Returned"),
                            ("failed", "The bank did not take it"),
                        ],
                        default="due",
                        max_length=10,
                    ),
                ),
                ("refund_id", models.CharField(blank=True, db_index=True, max_length=255)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "return of a line's price",
                "verbose_name_plural": "returns of lines' prices",
                "indexes": [
                    models.Index(condition=models.Q(("state", "due")), fields=["created_at"], name="line_returns_due")
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderTip",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("words", models.CharField(blank=True, help_text="from the buyer to the artist", max_length=280)),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tips", to="accounts.artist"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tips", to="orders.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "tip",
                "verbose_name_plural": "tips",
            },
        ),
        migrations.AddIndex(
            model_name="cart",
            index=models.Index(condition=models.Q(("user", None)), fields=["updated_at"], name="guests_carts_by_time"),
        ),
        migrations.AddConstraint(
            model_name="cartitem",
            constraint=models.UniqueConstraint(fields=("cart", "work"), name="a_work_once_per_cart"),
        ),
        migrations.AddConstraint(
            model_name="discountcode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("amount_minor", None), ("share_basis_points__gt", 0), ("share_basis_points__lte", 10000)),
                    models.Q(("amount_minor__gt", 0), ("share_basis_points", None)),
                    _connector="OR",
                ),
                name="a_code_takes_a_share_or_an_amount",
            ),
        ),
        migrations.AddConstraint(
            model_name="discountcode",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends_at", None), ("starts_at", None), ("ends_at__gt", models.F("starts_at")), _connector="OR"
                ),
                name="a_code_ends_after_it_begins",
            ),
        ),
        migrations.AddIndex(
            model_name="discountuse",
            index=models.Index(fields=["code", "buyer"], name="uses_of_a_code_by_buyer"),
        ),
        migrations.AddConstraint(
            model_name="ordertip",
            constraint=models.UniqueConstraint(fields=("order", "artist"), name="one_tip_per_artist_and_order"),
        ),
        migrations.AddConstraint(
            model_name="ordertip",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="a_tip_gives_something"
            ),
        ),
    ]
