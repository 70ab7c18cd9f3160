"""What the reconciliation with Stripe's books writes down, and Stripe's ids on the ledger's transactions."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_closings"),
    ]

    operations = [
        migrations.CreateModel(
            name="LedgerDifference",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("ref", models.CharField(max_length=120)),
                ("currency", models.CharField(max_length=6)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("not_in_ledger", "At Stripe, not in the ledger"),
                            ("not_at_stripe", "In the ledger, not at Stripe"),
                            ("amounts_differ", "The amounts differ"),
                        ],
                        max_length=20,
                    ),
                ),
                ("ledger_minor", models.BigIntegerField()),
                ("stripe_minor", models.BigIntegerField()),
                ("happened_at", models.DateTimeField()),
                ("found_at", models.DateTimeField()),
                ("agreed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name": "difference",
                "verbose_name_plural": "differences",
            },
        ),
        migrations.CreateModel(
            name="Reconciliation",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("began_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField()),
                ("since", models.DateTimeField(help_text="payments and movements from this moment on were compared")),
                ("movements_new", models.PositiveIntegerField()),
                ("refs_compared", models.PositiveIntegerField()),
                ("differences", models.PositiveIntegerField()),
            ],
            options={
                "verbose_name": "reconciliation",
                "verbose_name_plural": "reconciliations",
            },
        ),
        migrations.CreateModel(
            name="StripeMovement",
            fields=[
                ("id", models.CharField(editable=False, max_length=120, primary_key=True, serialize=False)),
                ("type", models.CharField(max_length=60)),
                (
                    "ref",
                    models.CharField(
                        db_index=True, help_text="the payment intent, refund, transfer or payout", max_length=120
                    ),
                ),
                ("amount_minor", models.BigIntegerField(help_text="before the fee; negative: out of the account")),
                ("fee_minor", models.BigIntegerField(default=0)),
                ("currency", models.CharField(max_length=6)),
                ("created", models.DateTimeField(db_index=True)),
                ("available_on", models.DateTimeField()),
                ("description", models.CharField(blank=True, max_length=300)),
                ("copied_at", models.DateTimeField(auto_now_add=True)),
            ],
            options={
                "verbose_name": "movement at Stripe",
                "verbose_name_plural": "movements at Stripe",
            },
        ),
        migrations.AddField(
            model_name="transaction",
            name="stripe_ref",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Stripe's id of what moved the money: a payment intent, a refund, a transfer, a payout",
                max_length=120,
            ),
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
                    ("payouts_in_transit", "Payouts on their way"),
                    ("cash_at_stripe", "Money at Stripe"),
                    ("stripe_fees", "Stripe's fees"),
                    ("cash_at_bank", "Money paid out to the shop's bank"),
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
                    ("payout", "Payout"),
                    ("payout_returned", "Payout came back"),
                    ("revenue", "Payment received"),
                    ("unused", "Payment that bought nothing"),
                    ("stripe_fee", "Stripe's fee"),
                    ("bank", "Paid out to the shop's bank"),
                ],
                max_length=24,
            ),
        ),
        migrations.AddIndex(
            model_name="transaction",
            index=models.Index(
                condition=models.Q(("stripe_ref", ""), _negated=True),
                fields=["stripe_ref"],
                name="transactions_by_stripe_ref",
            ),
        ),
        migrations.AddConstraint(
            model_name="ledgerdifference",
            constraint=models.UniqueConstraint(
                condition=models.Q(("agreed_at__isnull", True)),
                fields=("ref", "currency"),
                name="one_open_difference_per_ref",
            ),
        ),
        migrations.RunSQL(
            """
            CREATE TRIGGER billing_stripemovement_append_only BEFORE UPDATE OR DELETE ON billing_stripemovement
                FOR EACH ROW EXECUTE FUNCTION billing_refuse_change();
            CREATE TRIGGER billing_stripemovement_no_truncate BEFORE TRUNCATE ON billing_stripemovement
                FOR EACH STATEMENT EXECUTE FUNCTION billing_refuse_change();
            """,
            """
            DROP TRIGGER billing_stripemovement_append_only ON billing_stripemovement;
            DROP TRIGGER billing_stripemovement_no_truncate ON billing_stripemovement;
            """,
        ),
    ]
