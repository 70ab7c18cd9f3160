"""Who was seen with what; verdicts and decisions, which the database keeps as they are."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids

FORWARD = """
CREATE FUNCTION risk_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused on %: it is a record', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER risk_verdict_append_only BEFORE UPDATE OR DELETE ON risk_verdict
    FOR EACH ROW EXECUTE FUNCTION risk_refuse_change();
CREATE TRIGGER risk_verdict_no_truncate BEFORE TRUNCATE ON risk_verdict
    FOR EACH STATEMENT EXECUTE FUNCTION risk_refuse_change();
CREATE TRIGGER risk_decision_append_only BEFORE UPDATE OR DELETE ON risk_decision
    FOR EACH ROW EXECUTE FUNCTION risk_refuse_change();
CREATE TRIGGER risk_decision_no_truncate BEFORE TRUNCATE ON risk_decision
    FOR EACH STATEMENT EXECUTE FUNCTION risk_refuse_change();
"""
REVERSE = """
DROP TRIGGER risk_decision_no_truncate ON risk_decision;
DROP TRIGGER risk_decision_append_only ON risk_decision;
DROP TRIGGER risk_verdict_no_truncate ON risk_verdict;
DROP TRIGGER risk_verdict_append_only ON risk_verdict;
DROP FUNCTION risk_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Verdict",
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
                            ("order", "A payment"),
                            ("welcome", "Welcome credits"),
                            ("warning", "A bank's early warning"),
                        ],
                        max_length=8,
                    ),
                ),
                (
                    "subject_ref",
                    models.CharField(help_text="what was judged, e.g. order:<id>", max_length=160, unique=True),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[("allow", "Allowed"), ("hold", "Held for a person"), ("refuse", "Refused")],
                        max_length=8,
                    ),
                ),
                (
                    "fired",
                    models.JSONField(default=list, help_text="the rules that did not allow it, each with what it saw"),
                ),
                ("facts", models.JSONField(default=dict)),
                ("decide_by", models.DateTimeField(blank=True, help_text="of what is held", null=True)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "verdict",
                "verbose_name_plural": "verdicts",
            },
        ),
        migrations.CreateModel(
            name="DeclinedCard",
            fields=[
                ("event_ref", models.CharField(max_length=120, primary_key=True, serialize=False)),
                ("code", models.CharField(help_text="Stripe's word for why", max_length=60)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="declined_cards",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "declined card",
                "verbose_name_plural": "declined cards",
            },
        ),
        migrations.CreateModel(
            name="Sighting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("network", "Network"), ("device", "Device"), ("card", "Card")], max_length=8
                    ),
                ),
                ("value", models.CharField(max_length=64)),
                ("first_at", models.DateTimeField()),
                ("last_at", models.DateTimeField(db_index=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sightings",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "sighting",
                "verbose_name_plural": "sightings",
            },
        ),
        migrations.CreateModel(
            name="ArrivedPayment",
            fields=[
                (
                    "subject_ref",
                    models.CharField(
                        help_text="what was paid, e.g. order:<id>", max_length=160, primary_key=True, serialize=False
                    ),
                ),
                (
                    "card",
                    models.CharField(
                        blank=True, help_text="Stripe's fingerprint; empty where it tells nothing", max_length=64
                    ),
                ),
                ("network", models.CharField(blank=True, max_length=64)),
                ("risk_level", models.CharField(blank=True, help_text="Radar's word", max_length=20)),
                ("at", models.DateTimeField(db_index=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "payment that arrived",
                "verbose_name_plural": "payments that arrived",
                "indexes": [
                    models.Index(fields=["person", "-at"], name="payments_of_person"),
                    models.Index(
                        condition=models.Q(("card", ""), _negated=True), fields=["card", "-at"], name="payments_on_card"
                    ),
                    models.Index(
                        condition=models.Q(("network", ""), _negated=True),
                        fields=["network", "-at"],
                        name="payments_from_network",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "verdict",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="decision",
                        serialize=False,
                        to="risk.verdict",
                    ),
                ),
                ("is_approved", models.BooleanField()),
                ("reason", models.TextField(blank=True, max_length=2000)),
                ("at", models.DateTimeField()),
                (
                    "decider",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "decision",
                "verbose_name_plural": "decisions",
            },
        ),
        migrations.AddIndex(
            model_name="verdict",
            index=models.Index(
                condition=models.Q(("outcome", "hold")), fields=["decide_by"], name="verdicts_by_deadline"
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decide_by__isnull", False), ("outcome", "hold")),
                    models.Q(models.Q(("outcome", "hold"), _negated=True), ("decide_by__isnull", True)),
                    _connector="OR",
                ),
                name="what_is_held_has_a_deadline",
            ),
        ),
        migrations.AddIndex(
            model_name="declinedcard",
            index=models.Index(fields=["person", "-at"], name="declined_cards_of_person"),
        ),
        migrations.AddIndex(
            model_name="sighting",
            index=models.Index(fields=["kind", "value", "-last_at"], name="sightings_by_value"),
        ),
        migrations.AddConstraint(
            model_name="sighting",
            constraint=models.UniqueConstraint(fields=("person", "kind", "value"), name="one_sighting_per_pair"),
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
