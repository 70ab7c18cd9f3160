"""The rest of billing's first tables: of a length that can be read."""

import django.db.models.deletion
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="StripeEvent",
            fields=[
                ("id", models.CharField(editable=False, max_length=120, primary_key=True, serialize=False)),
                ("type", models.CharField(max_length=80)),
                ("created", models.DateTimeField(help_text="when it happened at Stripe")),
                ("payload", models.JSONField()),
                (
                    "state",
                    models.CharField(
                        choices=[("received", "Waiting"), ("processed", "Processed"), ("failed", "Given up")],
                        default="received",
                        max_length=10,
                    ),
                ),
                ("attempts", models.PositiveIntegerField(default=0)),
                ("last_error", models.TextField(blank=True)),
                ("received_at", models.DateTimeField(auto_now_add=True)),
                ("processed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "processed"), _negated=True),
                        fields=["received_at"],
                        name="events_not_processed",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Transaction",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "object_ref",
                    models.CharField(help_text="kind:id, e.g. job:0199… or invoice:in_…", max_length=120),
                ),
                ("effect", models.CharField(max_length=60)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("sign_up", "Welcome credits"),
                            ("pack", "Credit pack"),
                            ("plan", "Monthly plan"),
                            ("gift", "Credits from the shop"),
                            ("reserved", "Reserved for a generation"),
                            ("spent", "Generation"),
                            ("returned", "Returned from a generation"),
                            ("expired", "Expired"),
                            ("sale", "Sale of a licence"),
                            ("refund", "Refund of a sale"),
                            ("matured", "Holding time over"),
                            ("payout", "Payout"),
                            ("payout_returned", "Payout came back"),
                            ("revenue", "Payment received"),
                        ],
                        max_length=24,
                    ),
                ),
                ("entry_count", models.PositiveSmallIntegerField()),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("object_ref", "effect"), name="one_effect_per_object")],
            },
        ),
        migrations.CreateModel(
            name="Entry",
            fields=[
                (
                    "id",
                    models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID"),
                ),
                (
                    "amount_minor",
                    models.BigIntegerField(help_text="positive: credit; negative: debit; never zero"),
                ),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="billing.account",
                    ),
                ),
                (
                    "transaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="entries",
                        to="billing.transaction",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="creditlot",
            name="granted_by",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="lot", to="billing.transaction"
            ),
        ),
        migrations.CreateModel(
            name="Balance",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="balance",
                        serialize=False,
                        to="billing.account",
                    ),
                ),
                ("amount_minor", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("amount_minor__gte", 0)), name="balance_not_below_zero")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.UniqueConstraint(
                fields=("kind", "currency", "user", "artist"),
                name="one_account_per_owner_kind_currency",
                nulls_distinct=False,
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("artist__isnull", True), ("kind__startswith", "user_"), ("user__isnull", False)),
                    models.Q(("artist__isnull", False), ("kind__startswith", "artist_"), ("user__isnull", True)),
                    models.Q(
                        models.Q(("kind__startswith", "user_"), _negated=True),
                        models.Q(("kind__startswith", "artist_"), _negated=True),
                        ("artist__isnull", True),
                        ("user__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="account_has_the_owner_of_its_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="credithold",
            index=models.Index(condition=models.Q(("state", "open")), fields=["user"], name="open_holds_of_user"),
        ),
        migrations.AddConstraint(
            model_name="credithold",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="hold_holds_something"),
        ),
        migrations.AddConstraint(
            model_name="credithold",
            constraint=models.CheckConstraint(
                condition=models.Q(("spent__lte", models.F("amount"))), name="hold_spends_no_more_than_held"
            ),
        ),
        migrations.AddConstraint(
            model_name="credithold",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "settled"), ("spent", 0), _connector="OR"),
                name="only_a_settled_hold_has_spent",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditholdpart",
            constraint=models.UniqueConstraint(fields=("hold", "lot"), name="a_lot_once_per_hold"),
        ),
        migrations.AddConstraint(
            model_name="creditholdpart",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gt", 0)), name="hold_part_holds_something"),
        ),
        migrations.AddIndex(
            model_name="payout",
            index=models.Index(fields=["artist", "-created_at"], name="payouts_of_artist"),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor__gt", 0)), name="payout_pays_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="payout",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "sending")),
                fields=("artist", "currency"),
                name="one_payout_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="plansubscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("active", "trialing", "past_due", "unpaid", "paused", "incomplete"))),
                fields=("user",),
                name="one_running_plan_per_person",
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(
                condition=models.Q(("state", "pending")), fields=["available_at"], name="sales_still_pending"
            ),
        ),
        migrations.AddIndex(
            model_name="sale",
            index=models.Index(fields=["artist", "-created_at"], name="sales_of_artist"),
        ),
        migrations.AddConstraint(
            model_name="sale",
            constraint=models.CheckConstraint(
                condition=models.Q(("fee_minor__lte", models.F("gross_minor"))), name="fee_within_gross"
            ),
        ),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["account", "-id"], name="entries_of_account"),
        ),
        migrations.AddConstraint(
            model_name="entry",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_minor", 0), _negated=True), name="entry_moves_something"
            ),
        ),
        migrations.AddIndex(
            model_name="creditlot",
            index=models.Index(
                condition=models.Q(("remaining__gt", 0)),
                fields=["account", "expires_at"],
                name="lots_with_credits_left",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditlot",
            constraint=models.CheckConstraint(
                condition=models.Q(("remaining__lte", models.F("amount"))), name="lot_never_above_its_amount"
            ),
        ),
    ]
