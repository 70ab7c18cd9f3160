"""Closings of the ledger, and on each entry the moment at which it was recorded."""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

# The moment of the entries that are there already is their transaction's. This is the one change of old entries; the
# trigger that refuses it is back before the migration's transaction ends.
_BACKFILL = """
ALTER TABLE billing_entry DISABLE TRIGGER billing_entry_append_only;
UPDATE billing_entry e SET recorded_at = t.created_at FROM billing_transaction t WHERE t.id = e.transaction_id;
ALTER TABLE billing_entry ENABLE TRIGGER billing_entry_append_only;
"""
_TABLES = ("billing_ledgerclosing", "billing_accountclosing")
_GUARD = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
"""
    for table in _TABLES
)
_UNGUARD = "".join(
    f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};" for table in _TABLES
)


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_append_only")]
    operations = [
        migrations.CreateModel(
            name="LedgerClosing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("up_to_entry", models.BigIntegerField(unique=True)),
                ("closed_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.CreateModel(
            name="AccountClosing",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("balance_minor", models.BigIntegerField()),
                (
                    "account",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="closings",
                        to="billing.account",
                    ),
                ),
                (
                    "closing",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="accounts",
                        to="billing.ledgerclosing",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="accountclosing",
            constraint=models.UniqueConstraint(fields=("account", "closing"), name="one_closing_per_account"),
        ),
        migrations.RunSQL(_GUARD, _UNGUARD),
        migrations.AddField(
            model_name="entry",
            name="recorded_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False),
        ),
        migrations.RunSQL(_BACKFILL, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="entry",
            index=models.Index(fields=["account", "recorded_at"], name="entries_of_account_by_time"),
        ),
    ]
