"""Ids as one array: the same rows as one parameter for each."""

import pytest
from django.db import connection
from django.db.models import F

from marketplace.catalog.models import Work
from recommendations.among import Among, array_of
from tests.factories.recommendations import indexed_work

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]


def test_it_finds_what_in_finds_and_sends_one_parameter():
    works = [indexed_work(title=f"Work {n}") for n in range(3)]
    asked = [work.pk for work in works[:2]]
    chosen = Work.objects.filter(Among(F("pk"), asked))
    assert set(chosen) == set(works[:2])
    assert chosen.order_by().values("pk").query.sql_with_params()[1] == (asked,)
    assert not Work.objects.filter(Among(F("pk"), [])).exists()


def test_an_array_is_read_as_the_ids():
    works = [indexed_work(title=f"Work {n}") for n in range(3)]
    with connection.cursor() as cursor:
        for ids in ([work.pk for work in works], []):
            cursor.execute("SELECT %s::uuid[]", [array_of(ids)])
            assert cursor.fetchone() == (ids,)
