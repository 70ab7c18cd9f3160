"""Orders by somebody who typed the address of an account, kept apart from that account."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("risk", "0002_purchases_are_judged"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="StrangersCheckout",
            fields=[
                (
                    "subject_ref",
                    models.CharField(
                        help_text="what is bought, e.g. order:<id>", max_length=160, primary_key=True, serialize=False
                    ),
                ),
                ("network", models.CharField(blank=True, max_length=64)),
                ("device", models.CharField(blank=True, max_length=64)),
                ("at", models.DateTimeField(db_index=True)),
            ],
            options={
                "verbose_name": "order by a stranger",
                "verbose_name_plural": "orders by strangers",
            },
        ),
        migrations.AddField(
            model_name="declinedcard",
            name="subject_ref",
            field=models.CharField(blank=True, db_default="", help_text="of a stranger's: for what", max_length=160),
        ),
        migrations.AlterField(
            model_name="arrivedpayment",
            name="person",
            field=models.ForeignKey(
                help_text="nobody: a stranger's",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AlterField(
            model_name="declinedcard",
            name="person",
            field=models.ForeignKey(
                help_text="nobody: a stranger's",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="declined_cards",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="declinedcard",
            index=models.Index(
                condition=models.Q(("subject_ref", ""), _negated=True),
                fields=["subject_ref"],
                name="declined_cards_of_stranger",
            ),
        ),
        migrations.AddIndex(
            model_name="strangerscheckout",
            index=models.Index(
                condition=models.Q(("device", ""), _negated=True), fields=["device", "-at"], name="strangers_by_device"
            ),
        ),
    ]
