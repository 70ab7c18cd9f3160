"""Plans for artists and buyers, by the month and the year; what their invoices paid for; automatic top-ups."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_guests"),
        ("billing", "0007_payouts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AutomaticTopUp",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="automatic_top_up",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("threshold", models.PositiveIntegerField(help_text="credits")),
                (
                    "price_minor",
                    models.PositiveBigIntegerField(help_text="of the pack when she agreed; a dearer one is not bought"),
                ),
                (
                    "ceiling_minor",
                    models.PositiveBigIntegerField(help_text="per calendar month (UTC), in the pack's currency"),
                ),
                ("is_on", models.BooleanField(default=True)),
                (
                    "agreed_at",
                    models.DateTimeField(help_text="when the person agreed to be charged without being asked again"),
                ),
                ("agreed_to", models.TextField(help_text="the sentence that she agreed to, as she read it")),
                ("card_label", models.CharField(blank=True, max_length=40)),
                ("stopped_at", models.DateTimeField(blank=True, null=True)),
                (
                    "stopped_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("by_person", "You switched it off"),
                            ("card_declined", "Your card was declined"),
                            ("authentication", "Your bank wants you to confirm such payments yourself"),
                            ("no_card", "There is no saved card"),
                            ("not_for_sale", "The pack is not sold any more"),
                            ("dearer", "The pack costs more than you agreed to"),
                        ],
                        max_length=16,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PaidPeriod",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("invoice_id", models.CharField(max_length=120, unique=True)),
                (
                    "payment_ref",
                    models.CharField(blank=True, db_index=True, help_text="Stripe's payment intent", max_length=120),
                ),
                ("anchor_at", models.DateTimeField(help_text="whose day of the month each month begins on")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("months", models.PositiveSmallIntegerField()),
                ("months_done", models.PositiveSmallIntegerField(default=0)),
                ("next_month_at", models.DateTimeField(blank=True, help_text="empty: no month is to come", null=True)),
                ("stopped_at", models.DateTimeField(blank=True, help_text="no month begins at or after it", null=True)),
                (
                    "stopped_because",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("changed", "Another plan began"),
                            ("ended", "The plan ended"),
                            ("refunded", "Refunded"),
                        ],
                        max_length=8,
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="PlanChange",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("from_interval", models.CharField(choices=[("month", "Monthly"), ("year", "Yearly")], max_length=5)),
                ("to_interval", models.CharField(choices=[("month", "Monthly"), ("year", "Yearly")], max_length=5)),
                ("is_at_once", models.BooleanField()),
                (
                    "due_minor",
                    models.BigIntegerField(blank=True, help_text="charged at once, as the preview said", null=True),
                ),
                ("currency", models.CharField(max_length=6)),
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
            ],
        ),
        migrations.CreateModel(
            name="PlanLetter",
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
                            ("payment_failed", "A payment did not go through"),
                            ("benefits_ended", "The benefits ended"),
                        ],
                        max_length=16,
                    ),
                ),
                ("about", models.CharField(help_text="Stripe's invoice", max_length=120)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name="PlanMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("index", models.PositiveSmallIntegerField(help_text="0 for the first month of its period")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("credits", models.PositiveIntegerField()),
                ("licences", models.PositiveSmallIntegerField(help_text="that the month brought")),
                ("licences_used", models.PositiveSmallIntegerField(default=0)),
                ("granted_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="PlanPrice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("interval", models.CharField(choices=[("month", "Monthly"), ("year", "Yearly")], max_length=5)),
                ("amount_minor", models.PositiveBigIntegerField()),
                ("currency", models.CharField(max_length=6)),
                ("stripe_price_id", models.CharField(max_length=80, unique=True)),
                ("is_current", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="PlanTrial",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="plan_trial",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("days", models.PositiveSmallIntegerField()),
                ("taken_at", models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="plansubscription",
            name="one_running_plan_per_person",
        ),
        migrations.AddField(
            model_name="creditpurchase",
            name="failure",
            field=models.CharField(blank=True, db_default="", default="", help_text="Stripe's word", max_length=60),
        ),
        migrations.AddField(
            model_name="creditpurchase",
            name="is_automatic",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="creditpurchase",
            name="payment_method_id",
            field=models.CharField(blank=True, db_default="", default="", max_length=80),
        ),
        migrations.AddField(
            model_name="plan",
            name="annual_price_minor",
            field=models.PositiveBigIntegerField(blank=True, help_text="per year; empty: by the month only", null=True),
        ),
        migrations.AddField(
            model_name="plan",
            name="audience",
            field=models.CharField(
                choices=[("artist", "Artists"), ("buyer", "Buyers")],
                db_default="artist",
                default="artist",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="early_access_hours",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text="hours before everybody else"),
        ),
        migrations.AddField(
            model_name="plan",
            name="fee_basis_points",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="of a sale, in 1/100 of a percent; empty: as without a plan", null=True
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="licences_each_month",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="plan",
            name="private_loras",
            field=models.PositiveSmallIntegerField(
                blank=True, help_text="LoRA files that are kept; empty: as without a plan", null=True
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="queue_weight",
            field=models.PositiveSmallIntegerField(
                db_default=4, default=4, help_text="share of the workers while others wait too; 1 without a plan"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="rank",
            field=models.PositiveSmallIntegerField(
                db_default=1, default=1, help_text="a higher one has more; free is 0"
            ),
        ),
        migrations.AddField(
            model_name="plan",
            name="trial_credits",
            field=models.PositiveIntegerField(db_default=0, default=0, help_text="once, when a trial begins"),
        ),
        migrations.AddField(
            model_name="plan",
            name="trial_days",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="anchor_at",
            field=models.DateTimeField(blank=True, help_text="from which Stripe counts its periods", null=True),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="audience",
            field=models.CharField(
                choices=[("artist", "Artists"), ("buyer", "Buyers")],
                db_default="artist",
                default="artist",
                max_length=8,
            ),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="benefits_ended_at",
            field=models.DateTimeField(blank=True, help_text="the overdue payment did not come", null=True),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="grace_ends_at",
            field=models.DateTimeField(blank=True, help_text="while a payment is overdue", null=True),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="interval",
            field=models.CharField(
                choices=[("month", "Monthly"), ("year", "Yearly")], db_default="month", default="month", max_length=5
            ),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="paused_from",
            field=models.DateTimeField(blank=True, help_text="the end of what was paid when it was paused", null=True),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="paused_until",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="price_minor",
            field=models.PositiveBigIntegerField(blank=True, help_text="what a renewal costs her", null=True),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="resumes_refused",
            field=models.PositiveSmallIntegerField(
                db_default=0, default=0, help_text="each try to pay for an end of the pause is a request of its own"
            ),
        ),
        migrations.AddField(
            model_name="plansubscription",
            name="trial_ends_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="creditpurchase",
            name="state",
            field=models.CharField(
                choices=[
                    ("open", "Waiting for payment"),
                    ("paid", "Paid"),
                    ("expired", "Not paid in time"),
                    ("failed", "Payment refused"),
                ],
                default="open",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="transaction",
            name="reason",
            field=models.CharField(
                choices=[
                    ("sign_up", "Welcome credits"),
                    ("pack", "Credit pack"),
                    ("plan", "Monthly plan"),
                    ("trial", "Trial of a plan"),
                    ("top_up", "Automatic top-up"),
                    ("gift", "Credits from the shop"),
                    ("reserved", "Reserved for a generation"),
                    ("spent", "Generation"),
                    ("returned", "Returned from a generation"),
                    ("expired", "Expired"),
                    ("sale", "Sale of a licence"),
                    ("refund", "Refund of a sale"),
                    ("matured", "Holding time over"),
                    ("reserve_released", "Reserve released"),
                    ("payout", "Payout"),
                    ("payout_returned", "Payout came back"),
                    ("revenue", "Payment received"),
                    ("disputed", "Payment disputed"),
                    ("dispute_won", "Dispute won"),
                    ("dispute_lost", "Dispute lost"),
                    ("unused", "Payment that bought nothing"),
                    ("stripe_fee", "Stripe's fee"),
                    ("bank", "Paid out to the shop's bank"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddIndex(
            model_name="plansubscription",
            index=models.Index(
                condition=models.Q(("benefits_ended_at__isnull", True)),
                fields=["grace_ends_at"],
                name="plans_in_their_grace",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditpurchase",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_automatic", True), ("state", "open")),
                fields=("user",),
                name="one_automatic_purchase_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="plansubscription",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("active", "trialing", "past_due", "unpaid", "paused", "incomplete"))),
                fields=("user", "audience"),
                name="one_running_plan_per_audience",
            ),
        ),
        migrations.AddField(
            model_name="automatictopup",
            name="pack",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.creditpack"
            ),
        ),
        migrations.AddField(
            model_name="paidperiod",
            name="plan",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.plan"),
        ),
        migrations.AddField(
            model_name="paidperiod",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="periods", to="billing.plansubscription"
            ),
        ),
        migrations.AddField(
            model_name="planchange",
            name="from_plan",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.plan"),
        ),
        migrations.AddField(
            model_name="planchange",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="billing.plansubscription"
            ),
        ),
        migrations.AddField(
            model_name="planchange",
            name="to_plan",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="billing.plan"),
        ),
        migrations.AddField(
            model_name="planletter",
            name="subscription",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="billing.plansubscription"
            ),
        ),
        migrations.AddField(
            model_name="planmonth",
            name="period",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="granted_months", to="billing.paidperiod"
            ),
        ),
        migrations.AddField(
            model_name="planprice",
            name="plan",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="prices", to="billing.plan"
            ),
        ),
        migrations.AddField(
            model_name="plantrial",
            name="subscription",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="trial", to="billing.plansubscription"
            ),
        ),
        migrations.AddIndex(
            model_name="paidperiod",
            index=models.Index(
                condition=models.Q(("next_month_at__isnull", False)),
                fields=["next_month_at"],
                name="periods_with_months_to_come",
            ),
        ),
        migrations.AddConstraint(
            model_name="planchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("asked", "waiting"))),
                fields=("subscription",),
                name="one_change_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="planletter",
            constraint=models.UniqueConstraint(fields=("subscription", "kind", "about"), name="each_letter_once"),
        ),
        migrations.AddConstraint(
            model_name="planmonth",
            constraint=models.UniqueConstraint(fields=("period", "index"), name="a_month_of_a_period_once"),
        ),
        migrations.AddConstraint(
            model_name="planmonth",
            constraint=models.CheckConstraint(
                condition=models.Q(("licences_used__lte", models.F("licences"))),
                name="no_more_licences_than_the_month_brought",
            ),
        ),
        migrations.AddConstraint(
            model_name="planprice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_current", True)),
                fields=("plan", "interval"),
                name="one_current_price_per_interval",
            ),
        ),
    ]
