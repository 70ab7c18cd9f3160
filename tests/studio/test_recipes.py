"""A recipe goes along signed and minimal; only its owner gets it."""

import json

import pytest
from django.test import Client
from rest_framework.test import APIClient

from generation.models import GenerationJob
from generation.services import record_finished
from marketplace.studio.recipes import FORMAT, minimal_recipe
from marketplace.studio.services import start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from marketplace.transparency.errors import StatementTampered
from marketplace.transparency.services import verify_statement
from tests.factories.accounts import UserFactory
from tests.studio.delivering import put_picture

pytestmark = pytest.mark.usefixtures("taught_model")


@pytest.fixture
def output(artist):
    """A picture of the artist's."""
    settings = PictureSettings(prompt="a sunset over the sea", width=256, height=256, count=1, seed=7, steps=20)
    start_generation(user=artist, settings=settings)
    job = GenerationJob.objects.get()
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    return job.outputs.get()


def test_the_page_and_the_api_give_what_makes_the_picture_again(artist, output):
    page, program = Client(), APIClient()
    page.force_login(artist)
    program.force_authenticate(artist)
    file = page.get(f"/studio/pictures/{output.id}/recipe.json")
    assert "attachment" in file.headers["Content-Disposition"]
    answers = [json.loads(file.content), program.get(f"/api/v1/generations/pictures/{output.id}/recipe").json()]
    for statement in answers:
        payload = verify_statement(statement)
        assert payload == minimal_recipe(output)
        assert payload["format"] == FORMAT
        assert payload["picture_sha256"] == output.sha256
        assert (payload["recipe"]["prompt"], payload["recipe"]["seed"]) == ("a sunset over the sea", 7)
        assert "negative_prompt" not in payload["recipe"]
        assert str(artist.pk) not in json.dumps(payload)


def test_a_changed_recipe_is_found_out(artist, output):
    client = Client()
    client.force_login(artist)
    statement = json.loads(client.get(f"/studio/pictures/{output.id}/recipe.json").content)
    other = "A" if statement["payload"][20] != "A" else "B"
    statement["payload"] = statement["payload"][:20] + other + statement["payload"][21:]
    with pytest.raises(StatementTampered):
        verify_statement(statement)


def test_another_member_and_a_stranger_get_nothing(output):
    member = Client()
    member.force_login(UserFactory())
    assert member.get(f"/studio/pictures/{output.id}/recipe.json").status_code == 404
    assert Client().get(f"/studio/pictures/{output.id}/recipe.json").status_code == 302
    assert APIClient().get(f"/api/v1/generations/pictures/{output.id}/recipe").status_code in {401, 403}
