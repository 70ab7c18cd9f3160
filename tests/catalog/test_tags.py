from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from marketplace.catalog import services
from marketplace.catalog.errors import TagInvalid
from marketplace.catalog.models import Tag, WorkTag
from marketplace.catalog.selectors import tag_by_label
from tests.factories.catalog import WorkFactory

pytestmark = pytest.mark.django_db


def test_a_word_in_either_language_is_one_tag():
    sunset = services.define_tag(
        slug="sunset", concept="sunset", labels={"en": ["sunset", "sundown"], "zh-hans": ["日落"]}
    )
    work = WorkFactory()
    assert services.set_tags(work=work, labels=["日落", "Sunset", "#sundown"]) == [sunset]
    assert tag_by_label("日落") == sunset == tag_by_label("SUNSET")


def test_a_new_word_becomes_a_tag_and_tags_are_replaced():
    work = WorkFactory()
    services.set_tags(work=work, labels=["calm", "blue"])
    services.set_tags(work=work, labels=["blue", "宁静"])
    assert sorted(t.slug for t in work.tags.all()) == ["blue", "宁静"]


@pytest.mark.parametrize("label", ["!!!", "x" * 61])
def test_a_word_that_cannot_be_a_tag_changes_nothing(label):
    work = WorkFactory()
    services.set_tags(work=work, labels=["calm"])
    with pytest.raises(TagInvalid):
        services.set_tags(work=work, labels=["blue", label])
    assert [t.slug for t in work.tags.all()] == ["calm"]


def test_too_many_tags_are_refused():
    with pytest.raises(TagInvalid):
        services.set_tags(work=WorkFactory(), labels=[f"tag{n}" for n in range(13)])


@pytest.mark.django_db(transaction=True)
def test_the_same_new_word_at_once_is_one_tag():
    works = [WorkFactory() for _ in range(6)]

    def tag(work):
        try:
            services.set_tags(work=work, labels=["serendipity"])
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(tag, works))
    assert Tag.objects.filter(slug="serendipity").count() == 1
    assert WorkTag.objects.count() == 6
