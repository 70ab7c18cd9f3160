"""How much of a work people made, as a filter: by the signed record of its current version."""

import io

import pytest
from django.urls import reverse
from PIL import Image

from marketplace.catalog.services import hide_work
from recommendations.origins import SOURCES, Origin, Source
from recommendations.selectors import WorkFilter, search_works
from tests.factories.catalog import WorkFactory, WorkVersionFactory
from tests.factories.provenance import generated_facts, recorded

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("no_spaces")]
PARENTS = ("cd" * 32,)


def work_from(source: str, shade: int, work=None):
    """A listed work whose (new) current version has a record of this source."""
    data = io.BytesIO()
    Image.linear_gradient("L").rotate(shade).convert("RGB").save(data, "PNG")
    work = work or WorkFactory()
    work.versions.update(is_current=False)
    parents = PARENTS if source in ("image_to_image", "picture_tool") else ()
    version = WorkVersionFactory(work=work, number=work.versions.count() + 1, is_current=True)
    recorded(data.getvalue(), facts=generated_facts(source=source, parents=parents), version=version)
    return work


def found(**filters) -> set:
    return set(search_works(query="", filters=WorkFilter(**filters)).work_ids)


def counted(**filters) -> dict[str, int]:
    facets = search_works(query="", filters=WorkFilter(**filters), with_facets=True).facets
    return {choice.value: choice.count for choice in facets.choices["origin"]}


def test_every_source_of_a_record_has_one_class():
    assert sorted(source for sources in SOURCES.values() for source in sources) == sorted(Source.values)
    assert list(SOURCES) == Origin.values


def test_each_class_is_filtered_by_and_counted():
    own, drawn, tool, made = (
        work_from(source, n * 7) for n, source in enumerate(["uploaded", "image_to_image", "picture_tool", "generated"])
    )
    unknown = WorkFactory()
    hide_work(work=work_from("uploaded", 40))
    assert found(origin="own") == {own.pk}
    assert found(origin="edited") == {drawn.pk, tool.pk}
    assert found(origin="generated") == {made.pk}
    assert found(origin="nonsense") == set()
    assert unknown.pk in found()
    expected = {"own": 1, "edited": 2, "generated": 1}
    assert counted() == counted(origin="own") == expected
    assert counted(artist_handle=made.artist.handle) == {"generated": 1}


def test_the_current_version_counts_alone():
    work = work_from("generated", 3)
    work_from("picture_tool", 9, work=work)
    assert found(origin="generated") == set()
    assert found(origin="edited") == {work.pk}
    assert counted() == {"edited": 1}


def test_on_the_page_and_by_the_api(client):
    own, made = work_from("uploaded", 5), work_from("generated", 11)
    html = client.get(reverse("search"), {"origin": "own"}).content.decode()
    assert own.get_absolute_url() in html
    assert made.get_absolute_url() not in html
    assert "Origin: The artist’s own picture" in html
    assert ">Generated from words (1)<" in html
    answer = client.get("/api/v1/search", {"origin": "generated", "facets": "true"}).json()
    assert [work["id"] for work in answer["results"]] == [str(made.pk)]
    assert {choice["value"]: choice["count"] for choice in answer["facets"]["choices"]["origin"]} == {
        "own": 1,
        "generated": 1,
    }
    assert client.get("/api/v1/search", {"origin": "magic"}).status_code == 400


def test_lifting_it_is_a_way_out(client):
    work_from("uploaded", 5)
    html = client.get(reverse("search"), {"origin": "generated"}).content.decode()
    assert "Without “Origin”: 1 work<" in html
