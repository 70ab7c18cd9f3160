"""Payouts by schedule, reserves of new artists, stops with a reason, and who the seller is."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids

FORWARD = """
CREATE TRIGGER billing_sellerdeclaration_append_only BEFORE UPDATE OR DELETE ON billing_sellerdeclaration
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_sellerdeclaration_no_truncate BEFORE TRUNCATE ON billing_sellerdeclaration
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_payoutstop_no_delete BEFORE DELETE ON billing_payoutstop
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER billing_rollingreserve_no_delete BEFORE DELETE ON billing_rollingreserve
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();

-- A stop is lifted once; who stopped whom, when and why never changes.
CREATE FUNCTION billing_guard_payoutstop() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.lifted_at IS NOT NULL OR NEW.artist_id <> OLD.artist_id OR NEW.reason <> OLD.reason
        OR NEW.stopped_by_id <> OLD.stopped_by_id OR NEW.stopped_at <> OLD.stopped_at THEN
        RAISE EXCEPTION 'UPDATE refused on billing_payoutstop: a stop is lifted once and is otherwise fixed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_payoutstop_lifted_once BEFORE UPDATE ON billing_payoutstop
    FOR EACH ROW EXECUTE FUNCTION billing_guard_payoutstop();

-- What was kept back of which sale, and until when, never changes; what is left of it only falls.
CREATE FUNCTION billing_guard_rollingreserve() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.sale_id <> OLD.sale_id OR NEW.artist_id <> OLD.artist_id OR NEW.currency <> OLD.currency
        OR NEW.amount_minor <> OLD.amount_minor OR NEW.taken_at <> OLD.taken_at OR NEW.release_at <> OLD.release_at
        OR NEW.left_minor > OLD.left_minor OR OLD.released_at IS NOT NULL THEN
        RAISE EXCEPTION 'UPDATE refused on billing_rollingreserve: a reserve only falls and is released once'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_rollingreserve_only_falls BEFORE UPDATE ON billing_rollingreserve
    FOR EACH ROW EXECUTE FUNCTION billing_guard_rollingreserve();
"""

BACKWARD = """
DROP TRIGGER billing_sellerdeclaration_append_only ON billing_sellerdeclaration;
DROP TRIGGER billing_sellerdeclaration_no_truncate ON billing_sellerdeclaration;
DROP TRIGGER billing_payoutstop_no_delete ON billing_payoutstop;
DROP TRIGGER billing_payoutstop_lifted_once ON billing_payoutstop;
DROP TRIGGER billing_rollingreserve_no_delete ON billing_rollingreserve;
DROP TRIGGER billing_rollingreserve_only_falls ON billing_rollingreserve;
DROP FUNCTION billing_guard_payoutstop;
DROP FUNCTION billing_guard_rollingreserve;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("billing", "0006_disputes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="payoutaccount",
            name="business_type",
            field=models.CharField(
                blank=True, db_default="", default="", help_text="Stripe's word; empty: not said yet", max_length=20
            ),
        ),
        migrations.AddField(
            model_name="payoutaccount",
            name="country",
            field=models.CharField(blank=True, db_default="", default="", max_length=2),
        ),
        migrations.AddField(
            model_name="payoutaccount",
            name="has_address",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="payoutaccount",
            name="has_name",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="payoutaccount",
            name="has_tax_id",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="payoutaccount",
            name="requirements_deadline",
            field=models.DateTimeField(blank=True, help_text="until when Stripe wants it", null=True),
        ),
        migrations.AddField(
            model_name="payoutaccount",
            name="trader_address",
            field=models.TextField(blank=True, db_default="", default="", help_text="one line each"),
        ),
        migrations.AddField(
            model_name="payoutaccount",
            name="trader_email",
            field=models.CharField(blank=True, db_default="", default="", max_length=254),
        ),
        migrations.AddField(
            model_name="payoutaccount",
            name="trader_name",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="payoutaccount",
            name="trader_phone",
            field=models.CharField(blank=True, db_default="", default="", max_length=40),
        ),
        migrations.AlterField(
            model_name="account",
            name="kind",
            field=models.CharField(
                choices=[
                    ("user_credits", "Credits of a person"),
                    ("artist_available", "An artist's money that can be paid out"),
                    ("user_held", "Credits reserved for running jobs"),
                    ("credits_issued", "Credits handed out"),
                    ("credits_spent", "Credits spent"),
                    ("credits_expired", "Credits expired"),
                    ("artist_pending", "An artist's money within the holding time"),
                    ("artist_debt", "What an artist owes after a refund"),
                    ("artist_rolling_reserve", "A new artist's money that is kept back for a while"),
                    ("artist_reserve", "An artist's money that a dispute holds"),
                    ("payouts_in_transit", "Payouts on their way"),
                    ("cash_at_stripe", "Money at Stripe"),
                    ("stripe_fees", "Stripe's fees"),
                    ("cash_at_bank", "Money paid out to the shop's bank"),
                    ("disputes_open", "Money that banks have taken back, undecided"),
                    ("refunds_due", "Payments that bought nothing, to be returned"),
                    ("platform_fees", "Platform fees"),
                    ("credit_sales", "Sales of credits and plans"),
                ],
                max_length=24,
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
        migrations.CreateModel(
            name="PayoutSchedule",
            fields=[
                (
                    "artist",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="payout_schedule",
                        serialize=False,
                        to="accounts.artist",
                    ),
                ),
                (
                    "every",
                    models.CharField(
                        choices=[("week", "Every week"), ("month", "Every month"), ("asked", "Only when I ask for it")],
                        default="week",
                        max_length=8,
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        default=0,
                    ),
                ),
                ("day_of_month", models.PositiveSmallIntegerField(default=1)),
                ("next_at", models.DateTimeField(blank=True, help_text="empty: only when she asks for it", null=True)),
                (
                    "chosen_at",
                    models.DateTimeField(
                        blank=True, help_text="empty: she has not chosen, the shop's default", null=True
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["next_at"], name="payout_schedules_by_date")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("day_of_month__gte", 1), ("day_of_month__lte", 28), ("weekday__lte", 6)),
                        name="payout_day_exists",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("every", "asked"), ("next_at__isnull", True)),
                            models.Q(models.Q(("every", "asked"), _negated=True), ("next_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="payout_date_unless_asked",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PayoutStop",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "reason",
                    models.TextField(
                        help_text="The artist reads this, as it stands here.", max_length=2000, verbose_name="reason"
                    ),
                ),
                ("stopped_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lifted_because", models.TextField(blank=True, max_length=2000, verbose_name="why it was lifted")),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_stops",
                        to="accounts.artist",
                        verbose_name="artist",
                    ),
                ),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payout_stops_lifted",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "stopped_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="payouts_stopped",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "stop of payouts",
                "verbose_name_plural": "stopped payouts",
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("lifted_at__isnull", True)),
                        fields=("artist",),
                        name="one_payout_stop_at_a_time",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("lifted_at__isnull", True), ("lifted_because", ""), ("lifted_by__isnull", True)),
                            models.Q(("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="payout_stop_lifted_by_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="payout_stop_says_why"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RollingReserve",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("currency", models.CharField(max_length=6)),
                ("amount_minor", models.PositiveBigIntegerField(help_text="what was kept back")),
                ("left_minor", models.PositiveBigIntegerField(help_text="what refunds and disputes have left of it")),
                ("taken_at", models.DateTimeField()),
                ("release_at", models.DateTimeField()),
                ("released_at", models.DateTimeField(blank=True, null=True)),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rolling_reserves",
                        to="accounts.artist",
                    ),
                ),
                (
                    "sale",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rolling_reserve", to="billing.sale"
                    ),
                ),
            ],
            options={
                "verbose_name": "reserve",
                "verbose_name_plural": "reserves",
                "indexes": [
                    models.Index(
                        condition=models.Q(("left_minor__gt", 0)), fields=["release_at"], name="reserves_to_release"
                    ),
                    models.Index(
                        condition=models.Q(("left_minor__gt", 0)),
                        fields=["artist", "currency"],
                        name="reserves_of_artist",
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("amount_minor__gt", 0), ("left_minor__lte", models.F("amount_minor"))),
                        name="reserve_within_what_was_kept",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("released_at__isnull", True), ("left_minor", 0), _connector="OR"),
                        name="nothing_left_after_release",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SellerDeclaration",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "is_trader",
                    models.BooleanField(help_text="sells in the course of a business or profession (Article 3(f))"),
                ),
                (
                    "trade_register",
                    models.CharField(
                        blank=True,
                        help_text="the register and the number in it, where a trader stands in one",
                        max_length=200,
                    ),
                ),
                (
                    "wording",
                    models.PositiveSmallIntegerField(help_text="which wording of the self-certification was agreed to"),
                ),
                ("declared_at", models.DateTimeField()),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="seller_declarations",
                        to="accounts.artist",
                    ),
                ),
                (
                    "declared_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "seller's declaration",
                "verbose_name_plural": "sellers' declarations",
                "indexes": [models.Index(fields=["artist", "-declared_at"], name="declarations_of_artist")],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
