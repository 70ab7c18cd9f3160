"""Usage, unit costs and monthly figures; usage and unit costs only grow."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

REFUSE = """
CREATE FUNCTION metering_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only: % is refused', TG_TABLE_NAME, TG_OP
        USING ERRCODE = 'restrict_violation';
END $$;
""" + "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION metering_refuse_change();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION metering_refuse_change();
"""
    for table in ("metering_usagerecord", "metering_unitcost")
)

UNDO = (
    "".join(
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};"
        for table in ("metering_usagerecord", "metering_unitcost")
    )
    + "DROP FUNCTION metering_refuse_change();"
)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("generation", "0009_control"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Month",
            fields=[
                ("begins", models.DateField(primary_key=True, serialize=False)),
                ("added_up_at", models.DateTimeField()),
                ("is_closed", models.BooleanField(default=False)),
            ],
            options={
                "verbose_name": "month",
                "verbose_name_plural": "costs and margin",
            },
        ),
        migrations.CreateModel(
            name="UnitCost",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "resource",
                    models.CharField(
                        choices=[
                            ("gpu", "GPU time"),
                            ("cpu", "CPU time of generation workers"),
                            ("storage", "Storage"),
                            ("email", "E-mail"),
                        ],
                        max_length=10,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("cost_micro", models.PositiveBigIntegerField(help_text="for resources.PRICED_UNITS of it")),
                ("currency", models.CharField(max_length=3)),
            ],
            options={
                "verbose_name": "unit cost",
                "verbose_name_plural": "unit costs",
                "constraints": [
                    models.UniqueConstraint(fields=("resource", "valid_from"), name="one_cost_per_resource_and_day")
                ],
            },
        ),
        migrations.CreateModel(
            name="MonthlyFigure",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "item",
                    models.CharField(
                        choices=[
                            ("gpu", "GPU time"),
                            ("cpu", "CPU time of generation workers"),
                            ("storage", "Storage"),
                            ("email", "E-mail"),
                            ("credits", "Credits spent, at what was paid for them"),
                            ("fees", "Platform fees"),
                        ],
                        max_length=10,
                    ),
                ),
                ("currency", models.CharField(max_length=3)),
                ("quantity", models.BigIntegerField(help_text="of the resource, or credits")),
                ("amount_micro", models.BigIntegerField(help_text="cost or revenue")),
                (
                    "model",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="generation.generationmodel",
                    ),
                ),
                (
                    "month",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="figures",
                        to="metering.month",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "monthly figure",
                "verbose_name_plural": "monthly figures",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("month", "owner", "model", "item", "currency"),
                        name="one_figure_per_month_owner_model_item",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UsageRecord",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "resource",
                    models.CharField(
                        choices=[
                            ("gpu", "GPU time"),
                            ("cpu", "CPU time of generation workers"),
                            ("storage", "Storage"),
                            ("email", "E-mail"),
                        ],
                        max_length=10,
                    ),
                ),
                ("object_ref", models.CharField(help_text="kind:id; once for each resource", max_length=200)),
                ("device", models.CharField(blank=True, help_text="of a picture: what made it", max_length=80)),
                (
                    "quantity",
                    models.PositiveBigIntegerField(help_text="milliseconds, bytes kept for a day, or messages"),
                ),
                ("happened_at", models.DateTimeField(db_index=True)),
                (
                    "model",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="generation.generationmodel",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        blank=True,
                        help_text="empty: the shop's own",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "usage",
                "verbose_name_plural": "usage",
                "indexes": [models.Index(fields=["resource", "-happened_at"], name="usage_by_resource_and_time")],
                "constraints": [
                    models.UniqueConstraint(fields=("resource", "object_ref"), name="usage_once_per_object")
                ],
            },
        ),
        migrations.RunSQL(REFUSE, UNDO),
    ]
