"""Between tests that commit the database is emptied, and guarded again afterwards."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError

from billing.models import Entry
from marketplace.licensing.models import LicenceTerms
from tests.factories.accounts import ArtistFactory
from tests.factories.billing import sell
from tests.flush import STAYING
from tests.orders.baskets import basket_of, claimed, paid

pytestmark = pytest.mark.django_db(transaction=True)
REFUSED = (
    "UPDATE billing_entry SET amount_minor = 1",
    "DELETE FROM billing_entry",
    "TRUNCATE billing_entry",
)


def empty() -> None:
    """As between two tests."""
    call_command("flush", verbosity=0, interactive=False, reset_sequences=False)


def filled() -> set[str]:
    """The tables that hold a row."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    with connection.cursor() as cursor:
        found = set()
        for name in names:
            cursor.execute(f"SELECT EXISTS (SELECT FROM {connection.ops.quote_name(name)})")
            if cursor.fetchone()[0]:
                found.add(name)
    return found


def test_nothing_is_left_but_what_tells_of_the_code():
    before = filled()
    kinds, permissions = ContentType.objects.count(), Permission.objects.count()
    paid(claimed(basket_of()))
    assert {"accounts_user", "orders_orderline", "billing_entry", "billing_balance", "risk_verdict"} <= filled()
    empty()
    assert filled() == before
    assert before >= STAYING
    assert (ContentType.objects.count(), Permission.objects.count()) == (kinds, permissions)
    assert Group.objects.exists()
    assert LicenceTerms.objects.exists()


def test_the_guards_stand_again():
    sell(ArtistFactory())
    empty()
    sell(ArtistFactory())
    for statement in (
        "UPDATE billing_entry SET amount_minor = 1",
        "DELETE FROM billing_entry",
        "TRUNCATE billing_entry",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert Entry.objects.count() == 3
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")
        assert cursor.fetchone() == (0,)
