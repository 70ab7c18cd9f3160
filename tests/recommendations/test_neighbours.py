"""Neighbours by the index and by looking at all, also under a filter that keeps little."""

import numpy as np
import pytest
from django.db import connection

from marketplace.catalog.models import Work
from recommendations.among import array_of
from recommendations.engine.errors import EncoderUnusable
from recommendations.engine.space import SpaceFacts
from recommendations.models import Embedding
from recommendations.selectors import neighbours
from recommendations.selectors.neighbours import cosines_with, nearest_in_spaces, nearest_works
from recommendations.services import register_space
from recommendations.services.indexing import store_vector
from tests.factories.accounts import ArtistFactory
from tests.factories.catalog import WorkFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("tiny_spaces")]


def unit_vectors(count: int) -> np.ndarray:
    vectors = np.random.default_rng(7).normal(size=(count, 3)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture
def works() -> list[Work]:
    artist, rare = ArtistFactory(), ArtistFactory(handle="rare")
    made = [WorkFactory(artist=rare if n % 75 == 0 else artist) for n in range(300)]
    store_vector(work_id=made[0].pk, space="picture", vector=unit_vectors(1)[0])
    Embedding.objects.all().delete()
    Embedding.objects.bulk_create(
        Embedding(work=work, space="picture", version="tiny-1", vector=vector)
        for work, vector in zip(made, unit_vectors(300), strict=True)
    )
    return made


@pytest.mark.parametrize("exact", [True, False])
def test_neighbours_come_nearest_first(works, exact):
    vectors = unit_vectors(300)
    truth = np.argsort(-(vectors @ vectors[5]))[:10]
    found = nearest_works(space="picture", vector=vectors[5], works=Work.objects.listed(), limit=10, exact=exact)
    assert len({n.work_id for n in found} & {works[i].pk for i in truth}) >= 9
    assert found[0].work_id == works[5].pk
    assert found[0].similarity == pytest.approx(1.0, abs=1e-5)
    assert [n.similarity for n in found] == sorted((n.similarity for n in found), reverse=True)


@pytest.mark.parametrize("exact", [True, False])
def test_a_filter_that_keeps_one_in_75_still_fills_the_page(works, exact):
    rare = Work.objects.listed().filter(artist__handle="rare")
    with connection.cursor() as cursor:
        # Make the planner walk the index, as it would over many works.
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    found = nearest_works(space="picture", vector=unit_vectors(9)[3], works=rare, limit=10, exact=exact)
    assert {n.work_id for n in found} == {works[n].pk for n in (0, 75, 150, 225)}


def test_a_walk_that_goes_on_gives_the_nearest_first(works, monkeypatch):
    monkeypatch.setattr(neighbours, "EF_SEARCH", 4)
    vectors, few = unit_vectors(300), Work.objects.listed().filter(pk__in=[work.pk for work in works[::4]])
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
    found = nearest_works(space="picture", vector=vectors[5], works=few, limit=30)
    assert [n.similarity for n in found] == sorted((n.similarity for n in found), reverse=True)
    truth = np.argsort(-(vectors[::4] @ vectors[5]))[:30]
    assert len({n.work_id for n in found} & {works[4 * place].pk for place in truth}) >= 27


def test_few_works_are_looked_at_one_by_one_and_those_without_direction_left_out(works):
    vectors = unit_vectors(300)
    nowhere = WorkFactory()
    Embedding.objects.create(work=nowhere, space="picture", version="tiny-1", vector=[0.0, 0.0, 0.0])
    few = [works[place].pk for place in (5, 9, 40)] + [nowhere.pk, WorkFactory().pk]
    sought = {"picture": vectors[9]}
    cosines = cosines_with(sought, few)["picture"]
    assert cosines[:3] == pytest.approx(vectors[[5, 9, 40]] @ vectors[9], abs=1e-5)
    assert np.isnan(cosines[3:]).all()
    (near,) = nearest_in_spaces(vectors=sought, works=array_of(few), limit=2).values()
    assert [n.work_id for n in near] == [few[place] for place in np.argsort(-cosines[:3])[:2]]
    (near,) = nearest_in_spaces(vectors=sought, works=array_of(few), limit=9).values()
    assert len(near) == 3


def test_a_version_with_other_dimensions_is_refused(works):
    with pytest.raises(EncoderUnusable, match="3 dimensions"):
        register_space(
            space="picture", facts=SpaceFacts(version="tiny-1", dimensions=4, max_tokens=8, languages=("en",))
        )


def test_versions_stand_beside_each_other(works):
    register_space(space="picture", facts=SpaceFacts(version="tiny-2", dimensions=2, max_tokens=8, languages=("en",)))
    Embedding.objects.create(work=works[0], space="picture", version="tiny-2", vector=[1.0, 0.0])
    found = nearest_works(space="picture", vector=unit_vectors(1)[0], works=Work.objects.listed(), limit=500)
    assert len(found) == 300
