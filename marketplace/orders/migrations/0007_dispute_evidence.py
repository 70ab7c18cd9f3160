"""Downloads and letters on record, and answers to disputes; kept by the database."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids

FORWARD = """
CREATE FUNCTION orders_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused on %: it is a record', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;

-- The shortest time for which the configuration lets records be kept.
CREATE FUNCTION orders_refuse_early_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.at > now() - interval '120 days' THEN
        RAISE EXCEPTION 'DELETE refused on %: it is kept for 120 days at least', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN OLD;
END $$;

CREATE TRIGGER orders_download_no_update BEFORE UPDATE ON orders_download
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();
CREATE TRIGGER orders_download_kept BEFORE DELETE ON orders_download
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_early_deletion();
CREATE TRIGGER orders_download_no_truncate BEFORE TRUNCATE ON orders_download
    FOR EACH STATEMENT EXECUTE FUNCTION orders_refuse_change();
CREATE TRIGGER orders_sentletter_no_update BEFORE UPDATE ON orders_sentletter
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_change();
CREATE TRIGGER orders_sentletter_kept BEFORE DELETE ON orders_sentletter
    FOR EACH ROW EXECUTE FUNCTION orders_refuse_early_deletion();
CREATE TRIGGER orders_sentletter_no_truncate BEFORE TRUNCATE ON orders_sentletter
    FOR EACH STATEMENT EXECUTE FUNCTION orders_refuse_change();

-- What was sent to a bank, or given up, stays as it was.
CREATE TRIGGER orders_disputeevidence_final BEFORE UPDATE OR DELETE ON orders_disputeevidence
    FOR EACH ROW WHEN (OLD.state IN ('sent', 'conceded')) EXECUTE FUNCTION orders_refuse_change();
"""
REVERSE = """
DROP TRIGGER orders_disputeevidence_final ON orders_disputeevidence;
DROP TRIGGER orders_sentletter_no_truncate ON orders_sentletter;
DROP TRIGGER orders_sentletter_kept ON orders_sentletter;
DROP TRIGGER orders_sentletter_no_update ON orders_sentletter;
DROP TRIGGER orders_download_no_truncate ON orders_download;
DROP TRIGGER orders_download_kept ON orders_download;
DROP TRIGGER orders_download_no_update ON orders_download;
DROP FUNCTION orders_refuse_early_deletion();
DROP FUNCTION orders_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0006_disputes"),
        ("licensing", "0003_wordings_version_1"),
        ("orders", "0006_bundles_and_referrals"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DisputeEvidence",
            fields=[
                (
                    "dispute",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="answer",
                        serialize=False,
                        to="billing.dispute",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("gathering", "Being gathered"),
                            ("ready", "Ready to be sent"),
                            ("sending", "Being sent"),
                            ("sent", "Sent to the bank"),
                            ("conceding", "Being conceded"),
                            ("conceded", "Not contested"),
                            ("over", "Over before anything was sent"),
                        ],
                        default="gathering",
                        max_length=10,
                    ),
                ),
                ("send_at", models.DateTimeField(blank=True, help_text="when it goes by itself", null=True)),
                ("fields", models.JSONField(default=dict, help_text="Stripe's text fields")),
                (
                    "file_key",
                    models.CharField(blank=True, help_text="the document in the private store", max_length=255),
                ),
                ("file_sha256", models.CharField(blank=True, max_length=64)),
                (
                    "sha256",
                    models.CharField(
                        blank=True, help_text="of the fields and the document that are sent", max_length=64
                    ),
                ),
                ("stripe_file_id", models.CharField(blank=True, max_length=120)),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("gathered_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_at",
                    models.DateTimeField(blank=True, help_text="when it was sent, conceded or over", null=True),
                ),
                (
                    "problem",
                    models.CharField(blank=True, help_text="what Stripe said last, if it refused", max_length=500),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        help_text="empty: it went by itself",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="disputes",
                        to="orders.order",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer to a dispute",
                "verbose_name_plural": "answers to disputes",
            },
        ),
        migrations.CreateModel(
            name="Download",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("file_sha256", models.CharField(max_length=64)),
                ("network", models.CharField(blank=True, max_length=50)),
                ("user_agent", models.CharField(blank=True, max_length=200)),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                (
                    "grant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="downloads",
                        to="licensing.licencegrant",
                    ),
                ),
            ],
            options={
                "verbose_name": "download",
                "verbose_name_plural": "downloads",
            },
        ),
        migrations.CreateModel(
            name="EvidenceWords",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("is_artist", models.BooleanField(help_text="she sold what is disputed; otherwise the shop speaks")),
                ("text", models.TextField(max_length=4000)),
                ("written_at", models.DateTimeField()),
                (
                    "author",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "evidence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="words", to="orders.disputeevidence"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SentLetter",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("subject", models.CharField(max_length=400)),
                ("body", models.TextField()),
                ("at", models.DateTimeField(auto_now_add=True, db_index=True)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="letters", to="orders.order"
                    ),
                ),
            ],
            options={
                "verbose_name": "letter sent",
                "verbose_name_plural": "letters sent",
            },
        ),
        migrations.AddIndex(
            model_name="disputeevidence",
            index=models.Index(condition=models.Q(("state", "ready")), fields=["send_at"], name="answers_by_time"),
        ),
        migrations.AddConstraint(
            model_name="evidencewords",
            constraint=models.UniqueConstraint(fields=("evidence", "author"), name="one_text_per_person"),
        ),
        migrations.RunSQL(FORWARD, REVERSE),
    ]
