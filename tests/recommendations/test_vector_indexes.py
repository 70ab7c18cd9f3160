"""Vector indexes of either precision: the other's are dropped when the setting has changed, and both find the same."""

import numpy as np
import pytest
from django.core.management import call_command
from django.db import connection

from marketplace.catalog.models import Work
from recommendations.models import Embedding, EmbeddingSpace
from recommendations.selectors.neighbours import nearest_works
from recommendations.services import vector_indexes
from recommendations.services.indexing import store_vector
from tests.factories.accounts import ArtistFactory
from tests.factories.catalog import WorkFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("tiny_spaces")]


def definitions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT indexdef FROM pg_indexes WHERE indexname LIKE 'hnsw\\_picture%%'")
        return [definition for (definition,) in cursor.fetchall() if "tiny-1" in definition]


def test_a_change_of_precision_makes_the_indexes_anew(settings):
    artist = ArtistFactory()
    vectors = np.random.default_rng(7).normal(size=(40, 3)).astype(np.float32)
    for vector in vectors:
        work = WorkFactory(artist=artist)
        store_vector(work_id=work.pk, space="picture", vector=vector / np.linalg.norm(vector))

    def near() -> list[object]:
        found = nearest_works(space="picture", vector=vectors[3], works=Work.objects.listed(), limit=5)
        return [neighbour.work_id for neighbour in found]

    before = near()
    for precision, operators in (("half", "halfvec_cosine_ops"), ("single", "vector_cosine_ops")):
        settings.CONFIGURATION = settings.CONFIGURATION.model_copy(update={"vector_precision": precision})
        call_command("vector_indexes", memory="16MB")
        (definition,) = definitions()
        assert f" {operators})" in definition
        assert EmbeddingSpace.objects.get(space="picture", version="tiny-1").index_name in definition
        assert near() == before
        call_command("vector_indexes")
        assert definitions() == [definition]
    assert Embedding.objects.count() == 40


def test_indexes_that_were_built_with_less_effort_are_built_anew(monkeypatch):
    with monkeypatch.context() as before:
        before.setattr(vector_indexes, "EF_CONSTRUCTION", 64)
        store_vector(work_id=WorkFactory().pk, space="picture", vector=np.array([0.6, 0.8, 0.0], np.float32))
    assert [one for one in definitions() if "ef_construction='64'" in one]
    call_command("vector_indexes")
    (definition,) = definitions()
    assert f"ef_construction='{vector_indexes.EF_CONSTRUCTION}'" in definition
    assert EmbeddingSpace.objects.get(space="picture", version="tiny-1").index_name in definition
