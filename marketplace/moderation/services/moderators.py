"""Who moderates, and exactly what the role may do in the admin."""

from django.apps import apps as all_apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction

from marketplace.accounts.models import MODERATORS, User

# To see the queue and what led to it. Decisions are made by services, which ask for the role, so no permission to
# add, change or delete anything is needed.
PERMISSIONS = (
    ("moderation", "view_report"),
    ("moderation", "view_decision"),
    ("moderation", "view_appeal"),
    ("moderation", "view_auditentry"),
    ("moderation", "view_reportedwork"),
    ("catalog", "view_work"),
)


@transaction.atomic
def write_moderators_group() -> Group:
    """The group with exactly PERMISSIONS, whatever it had before."""
    for label in {label for label, _codename in PERMISSIONS}:
        create_permissions(all_apps.get_app_config(label), verbosity=0)
    group, _made = Group.objects.get_or_create(name=MODERATORS)
    wanted = [
        Permission.objects.get(content_type__app_label=label, codename=codename) for label, codename in PERMISSIONS
    ]
    group.permissions.set(wanted)
    return group


def after_migrations(**_facts: object) -> None:
    """Receiver of ``post_migrate``: also a database that was emptied has the group again."""
    # Migrating one app alone sends the signal for all of them, before their tables are there.
    if {"auth_group", "auth_permission", "moderation_report"} <= set(connection.introspection.table_names()):
        write_moderators_group()


@transaction.atomic
def make_moderator(*, user: User) -> None:
    """Give ``user`` the role, and the door to the admin that it needs."""
    user.groups.add(write_moderators_group())
    User.objects.filter(pk=user.pk).update(is_staff=True)
    user.refresh_from_db()
