"""Shares in works: of collaborators, and of the works that others are made from. What was agreed stays."""

import django.db.models.deletion
from django.db import migrations, models

import marketplace.core.ids

# A share moves on from state to state; whose it is, in what and how much never changes, and no row goes.
KEEP = """
CREATE FUNCTION royalties_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% refused on %: it is kept', TG_OP, TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE FUNCTION royalties_keep_what_was_agreed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (to_jsonb(NEW) - ARRAY['state', 'decided_at', 'ended_at'])
        IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['state', 'decided_at', 'ended_at'])
        OR OLD.state IN ('declined', 'ended') OR (OLD.state = 'accepted' AND NEW.state <> 'ended') THEN
        RAISE EXCEPTION 'a share stays as it was agreed: end it and offer another' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER royalties_workshare_kept BEFORE UPDATE ON royalties_workshare
    FOR EACH ROW EXECUTE FUNCTION royalties_keep_what_was_agreed();
CREATE TRIGGER royalties_workshare_no_delete BEFORE DELETE ON royalties_workshare
    FOR EACH ROW EXECUTE FUNCTION royalties_refuse_change();
CREATE TRIGGER royalties_workshare_no_truncate BEFORE TRUNCATE ON royalties_workshare
    FOR EACH STATEMENT EXECUTE FUNCTION royalties_refuse_change();
CREATE TRIGGER royalties_lineageshare_append_only BEFORE UPDATE OR DELETE ON royalties_lineageshare
    FOR EACH ROW EXECUTE FUNCTION royalties_refuse_change();
CREATE TRIGGER royalties_lineageshare_no_truncate BEFORE TRUNCATE ON royalties_lineageshare
    FOR EACH STATEMENT EXECUTE FUNCTION royalties_refuse_change();
"""

UNDO = """
DROP TRIGGER royalties_lineageshare_no_truncate ON royalties_lineageshare;
DROP TRIGGER royalties_lineageshare_append_only ON royalties_lineageshare;
DROP TRIGGER royalties_workshare_no_truncate ON royalties_workshare;
DROP TRIGGER royalties_workshare_no_delete ON royalties_workshare;
DROP TRIGGER royalties_workshare_kept ON royalties_workshare;
DROP FUNCTION royalties_keep_what_was_agreed();
DROP FUNCTION royalties_refuse_change();
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_guests"),
        ("catalog", "0004_restoration_files"),
    ]

    operations = [
        migrations.CreateModel(
            name="RemixTerms",
            fields=[
                (
                    "work",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="remix_terms",
                        serialize=False,
                        to="catalog.work",
                    ),
                ),
                (
                    "basis_points",
                    models.PositiveSmallIntegerField(help_text="of what a sale of the remix leaves to its artist"),
                ),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "share of remixes",
                "verbose_name_plural": "shares of remixes",
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("basis_points__lte", 5000)), name="a_remix_keeps_half_of_what_it_earns"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="LineageShare",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "basis_points",
                    models.PositiveSmallIntegerField(help_text="of what a sale of the child leaves to its artist"),
                ),
                ("recorded_at", models.DateTimeField(auto_now_add=True)),
                (
                    "child",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="made_from", to="catalog.work"
                    ),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remixes", to="catalog.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "share of a parent",
                "verbose_name_plural": "shares of parents",
                "constraints": [
                    models.UniqueConstraint(fields=("child", "parent"), name="a_parent_once_per_work"),
                    models.CheckConstraint(
                        condition=models.Q(("child", models.F("parent")), _negated=True),
                        name="no_work_is_its_own_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("basis_points__lte", 5000)), name="a_parent_gets_no_more_than_half"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkShare",
            fields=[
                (
                    "id",
                    models.UUIDField(
                        default=marketplace.core.ids.new_id, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("basis_points", models.PositiveSmallIntegerField(help_text="of what the sale leaves to its artist")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("offered", "Offered"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("ended", "Ended"),
                        ],
                        default="offered",
                        max_length=10,
                    ),
                ),
                ("offered_at", models.DateTimeField(auto_now_add=True)),
                ("decided_at", models.DateTimeField(blank=True, help_text="accepted or declined", null=True)),
                ("ended_at", models.DateTimeField(blank=True, help_text="no sale after this counts", null=True)),
                (
                    "artist",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="shares_in_works",
                        to="accounts.artist",
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="shares", to="catalog.work"
                    ),
                ),
            ],
            options={
                "verbose_name": "share in a work",
                "verbose_name_plural": "shares in works",
                "indexes": [models.Index(fields=["artist", "state"], name="shares_of_a_collaborator")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("basis_points__gte", 100), ("basis_points__lte", 9000)),
                        name="a_share_is_in_range",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["offered", "accepted"])),
                        fields=("work", "artist"),
                        name="one_open_share_per_work_and_artist",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("ended_at", None), ("state", "offered")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("ended_at", None),
                                ("state__in", ["accepted", "declined"]),
                            ),
                            models.Q(("ended_at__isnull", False), ("state", "ended")),
                            _connector="OR",
                        ),
                        name="a_share_says_when",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEEP, UNDO),
    ]
