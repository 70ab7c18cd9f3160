"""Tiers of artists, memberships in them, their payments, changes and letters."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_guests"),
        ("billing", "0011_documents"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("starting", "Waiting for payment"),
                            ("incomplete", "First payment not complete"),
                            ("active", "Active"),
                            ("trialing", "On trial"),
                            ("past_due", "Payment overdue"),
                            ("unpaid", "Unpaid"),
                            ("paused", "Paused"),
                            ("canceled", "Ended"),
                            ("incomplete_expired", "Not paid in time"),
                        ],
                        default="starting",
                        max_length=20,
                    ),
                ),
                ("checkout_session_id", models.CharField(blank=True, db_index=True, max_length=120)),
                ("stripe_subscription_id", models.CharField(blank=True, max_length=80, null=True, unique=True)),
                (
                    "anchor_at",
                    models.DateTimeField(blank=True, help_text="from which Stripe counts its periods", null=True),
                ),
                ("current_period_end", models.DateTimeField(blank=True, null=True)),
                ("cancel_at_period_end", models.BooleanField(default=False)),
                ("grace_ends_at", models.DateTimeField(blank=True, help_text="while a payment is overdue", null=True)),
                (
                    "benefits_ended_at",
                    models.DateTimeField(blank=True, help_text="the overdue payment did not come", null=True),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("customer_id", models.CharField(help_text="at Stripe", max_length=80)),
                (
                    "locale",
                    models.CharField(help_text="of the page at Stripe: a repeated request says the same", max_length=8),
                ),
                (
                    "consented_at",
                    models.DateTimeField(help_text="to a beginning at once, with the loss of the right of withdrawal"),
                ),
                (
                    "consent_wording",
                    models.CharField(help_text="version and language of what was shown", max_length=24),
                ),
                (
                    "joined_at",
                    models.DateTimeField(blank=True, help_text="when its first payment was there", null=True),
                ),
                (
                    "ended_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("left", "Ended by the member"),
                            ("unpaid", "A payment did not come"),
                            ("refunded", "Refunded"),
                            ("disputed", "Lost to a dispute"),
                            ("artist_closed", "The artist's account was closed"),
                            ("member_closed", "The member's account was closed"),
                        ],
                        help_text="nothing can be seen any more as soon as it is said",
                        max_length=14,
                    ),
                ),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="accounts.artist"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "membership",
                "verbose_name_plural": "memberships",
            },
        ),
        migrations.CreateModel(
            name="Tier",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        help_text="1 is the lowest",
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(4),
                        ],
                    ),
                ),
                ("name_en", models.CharField(blank=True, max_length=60)),
                ("name_zh_hans", models.CharField(blank=True, max_length=60)),
                ("description_en", models.TextField(blank=True, max_length=2000)),
                ("description_zh_hans", models.TextField(blank=True, max_length=2000)),
                ("currency", models.CharField(max_length=3)),
                ("stripe_product_id", models.CharField(blank=True, max_length=80)),
                ("closed_at", models.DateTimeField(blank=True, help_text="takes no new members since", null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="membership_tiers",
                        to="accounts.artist",
                    ),
                ),
            ],
            options={
                "verbose_name": "membership tier",
                "verbose_name_plural": "membership tiers",
            },
        ),
        migrations.CreateModel(
            name="TierPrice",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("interval", models.CharField(choices=[("month", "Monthly"), ("year", "Yearly")], max_length=5)),
                (
                    "amount_minor",
                    models.PositiveBigIntegerField(help_text="minor units of the tier's currency, per interval"),
                ),
                ("currency", models.CharField(max_length=3)),
                ("stripe_price_id", models.CharField(blank=True, max_length=80, null=True, unique=True)),
                ("is_current", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "tier",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="memberships.tier"
                    ),
                ),
            ],
            options={
                "verbose_name": "price of a membership tier",
                "verbose_name_plural": "prices of membership tiers",
            },
        ),
        migrations.CreateModel(
            name="MembershipPayment",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("invoice_id", models.CharField(help_text="Stripe's", max_length=120, unique=True)),
                ("payment_ref", models.CharField(db_index=True, help_text="Stripe's payment intent", max_length=120)),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=3)),
                ("starts_at", models.DateTimeField(blank=True, help_text="of the period that it paid", null=True)),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payments",
                        to="memberships.membership",
                    ),
                ),
                (
                    "sale",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="membership_payment",
                        to="billing.sale",
                    ),
                ),
                (
                    "price",
                    models.ForeignKey(
                        help_text="what it paid for",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="memberships.tierprice",
                    ),
                ),
            ],
            options={
                "verbose_name": "payment of a membership",
                "verbose_name_plural": "payments of memberships",
            },
        ),
        migrations.CreateModel(
            name="MembershipChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("is_at_once", models.BooleanField()),
                (
                    "due_minor",
                    models.BigIntegerField(blank=True, help_text="charged at once, as the preview said", null=True),
                ),
                ("effective_at", models.DateTimeField()),
                ("stripe_schedule_id", models.CharField(blank=True, max_length=80)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("asked", "Asked for"),
                            ("waiting", "Begins with the next period"),
                            ("done", "Done"),
                            ("withdrawn", "Taken back"),
                            ("refused", "Refused"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="memberships.membership"
                    ),
                ),
                (
                    "from_price",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="memberships.tierprice"
                    ),
                ),
                (
                    "to_price",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="memberships.tierprice"
                    ),
                ),
            ],
            options={
                "verbose_name": "change of a membership",
                "verbose_name_plural": "changes of memberships",
            },
        ),
        migrations.AddField(
            model_name="membership",
            name="price",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="memberships", to="memberships.tierprice"
            ),
        ),
        migrations.CreateModel(
            name="MemberCustomer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("currency", models.CharField(max_length=3)),
                ("stripe_customer_id", models.CharField(max_length=80, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="member_customers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("user", "currency"), name="one_member_customer_per_currency")
                ],
            },
        ),
        migrations.CreateModel(
            name="MembershipLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("joined", "The membership began"),
                            ("payment_failed", "A payment did not go through"),
                            ("ended", "The membership ended"),
                        ],
                        max_length=16,
                    ),
                ),
                ("about", models.CharField(blank=True, help_text="Stripe's invoice", max_length=120)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "membership",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="memberships.membership"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("membership", "kind", "about"), name="each_membership_letter_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 4)), name="tier_levels_are_1_to_4"
            ),
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.CheckConstraint(
                condition=models.Q(("name_en", ""), ("name_zh_hans", ""), _negated=True),
                name="a_tier_has_a_name_in_one_language",
            ),
        ),
        migrations.AddConstraint(
            model_name="tier",
            constraint=models.UniqueConstraint(
                condition=models.Q(("closed_at__isnull", True)),
                fields=("artist", "level"),
                name="one_open_tier_per_level",
            ),
        ),
        migrations.AddConstraint(
            model_name="tierprice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)),
                fields=("tier", "interval"),
                name="one_current_tier_price_per_interval",
            ),
        ),
        migrations.AddConstraint(
            model_name="tierprice",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="a_tier_costs_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="membershipchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("asked", "waiting"))),
                fields=("membership",),
                name="one_change_of_a_membership_at_a_time",
            ),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(fields=["artist", "-created_at"], name="members_of_an_artist"),
        ),
        migrations.AddIndex(
            model_name="membership",
            index=models.Index(
                condition=models.Q(("benefits_ended_at__isnull", True)),
                fields=["grace_ends_at"],
                name="memberships_in_their_grace",
            ),
        ),
        migrations.AddConstraint(
            model_name="membership",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("state__in", ("starting", "active", "trialing", "past_due", "unpaid", "paused", "incomplete"))
                ),
                fields=("user", "artist"),
                name="one_open_membership_per_artist",
            ),
        ),
    ]
