"""Invoices, credit notes and billing details; the database keeps their numbers without a gap, also against raw SQL."""

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import marketplace.core.ids

FORWARD = """
CREATE FUNCTION billing_refuse_document_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused on %: a document stays as it was issued; write a credit note', TG_OP, TG_TABLE_NAME
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER billing_document_append_only BEFORE UPDATE OR DELETE ON billing_document
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_document_change();
CREATE TRIGGER billing_document_no_truncate BEFORE TRUNCATE ON billing_document
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_document_change();
CREATE TRIGGER billing_documentcounter_no_delete BEFORE DELETE ON billing_documentcounter
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_document_change();
CREATE TRIGGER billing_documentcounter_no_truncate BEFORE TRUNCATE ON billing_documentcounter
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_document_change();

-- A counter begins with nothing and goes up by one.
CREATE FUNCTION billing_guard_document_counter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NEW.last <> 0 OR TG_OP = 'UPDATE' AND
        (NEW.last <> OLD.last + 1 OR NEW.kind <> OLD.kind OR NEW.year <> OLD.year) THEN
        RAISE EXCEPTION '% refused on billing_documentcounter: it goes from 0 up by one', TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_documentcounter_by_one BEFORE INSERT OR UPDATE ON billing_documentcounter
    FOR EACH ROW EXECUTE FUNCTION billing_guard_document_counter();

-- A document has the number that its counter shows, and at commit every number that was taken has its document.
CREATE FUNCTION billing_check_document_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM billing_documentcounter
                   WHERE kind = NEW.kind AND year = NEW.year AND last = NEW.number) THEN
        RAISE EXCEPTION 'document number % of % % is not the counter''s', NEW.number, NEW.kind, NEW.year
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER billing_document_numbered_by_counter BEFORE INSERT ON billing_document
    FOR EACH ROW EXECUTE FUNCTION billing_check_document_number();

CREATE FUNCTION billing_check_number_used() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM billing_document
                   WHERE kind = NEW.kind AND year = NEW.year AND number = NEW.last) THEN
        RAISE EXCEPTION 'number % of % % was taken without a document', NEW.last, NEW.kind, NEW.year
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER billing_documentcounter_number_used AFTER UPDATE ON billing_documentcounter
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION billing_check_number_used();
"""

BACKWARD = """
DROP TRIGGER billing_document_append_only ON billing_document;
DROP TRIGGER billing_document_no_truncate ON billing_document;
DROP TRIGGER billing_documentcounter_no_delete ON billing_documentcounter;
DROP TRIGGER billing_documentcounter_no_truncate ON billing_documentcounter;
DROP TRIGGER billing_documentcounter_by_one ON billing_documentcounter;
DROP TRIGGER billing_document_numbered_by_counter ON billing_document;
DROP TRIGGER billing_documentcounter_number_used ON billing_documentcounter;
DROP FUNCTION billing_refuse_document_change;
DROP FUNCTION billing_guard_document_counter;
DROP FUNCTION billing_check_document_number;
DROP FUNCTION billing_check_number_used;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0010_held_payments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DocumentCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=[("invoice", "Invoice"), ("credit_note", "Credit note")], max_length=12),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "year"), name="one_counter_per_series_and_year")
                ],
            },
        ),
        migrations.CreateModel(
            name="Document",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("invoice", "Invoice"), ("credit_note", "Credit note")], max_length=12),
                ),
                ("year", models.PositiveSmallIntegerField()),
                ("number", models.PositiveIntegerField(help_text="within its series and year, from 1, without a gap")),
                (
                    "object_ref",
                    models.CharField(help_text="the sale, refund or dispute; kind:id", max_length=120, unique=True),
                ),
                ("language", models.CharField(help_text="in which it is written", max_length=8)),
                ("net_minor", models.BigIntegerField(help_text="minor units, without tax")),
                ("tax_minor", models.BigIntegerField()),
                ("currency", models.CharField(max_length=6)),
                ("frozen", models.JSONField()),
                ("issued_at", models.DateTimeField()),
                (
                    "about",
                    models.ForeignKey(
                        blank=True,
                        help_text="of a credit note: the invoice that it takes back, in whole or in part",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="credit_notes",
                        to="billing.document",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="documents",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "invoice or credit note",
                "verbose_name_plural": "invoices and credit notes",
                "indexes": [models.Index(fields=["user", "-issued_at"], name="documents_of_a_person")],
                "constraints": [
                    models.UniqueConstraint(fields=("kind", "year", "number"), name="a_number_once"),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="numbers_begin_with_one"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("about__isnull", True), ("kind", "invoice")),
                            models.Q(("about__isnull", False), ("kind", "credit_note")),
                            _connector="OR",
                        ),
                        name="a_credit_note_is_about_an_invoice",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="BillingDetails",
            fields=[
                (
                    "user",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="billing_details",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("name", models.CharField(max_length=120, verbose_name="name or company")),
                ("street", models.CharField(blank=True, max_length=120, verbose_name="street and number")),
                ("more", models.CharField(blank=True, max_length=120, verbose_name="more of the address")),
                ("postcode", models.CharField(blank=True, max_length=20, verbose_name="postcode")),
                ("city", models.CharField(blank=True, max_length=80, verbose_name="town")),
                (
                    "country",
                    models.CharField(
                        max_length=2,
                        validators=[django.core.validators.RegexValidator("^[A-Z]{2}$")],
                        verbose_name="country",
                    ),
                ),
                ("vat_id", models.CharField(blank=True, max_length=24, verbose_name="VAT id")),
                (
                    "vat_id_checked_at",
                    models.DateTimeField(blank=True, help_text="when its form was found right", null=True),
                ),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "billing details",
                "verbose_name_plural": "billing details",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("vat_id", ""), ("vat_id_checked_at__isnull", False), _connector="OR"),
                        name="a_vat_id_was_checked",
                    )
                ],
            },
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
