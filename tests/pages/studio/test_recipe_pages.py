"""Another like this and Start from this recipe, as they are pressed in the studio."""

import json
import re
from html import unescape
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from billing.selectors import credits_held
from generation.models import GenerationJob, GenerationModel
from marketplace.studio.recipes import signed_recipe
from marketplace.studio.services import cancel_generation
from tests.factories.accounts import UserFactory
from tests.studio.delivering import png
from tests.studio.test_again import KINDS, order, request_of, without

pytestmark = pytest.mark.usefixtures("taught_model")

HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/studio?prompt=x"}


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def filled_in(page: str) -> dict[str, str]:
    """What a browser would send of the studio's form."""
    form = page[page.index('<form id="studio-form"') :]
    form = form[: form.index("</form>")]
    sent = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and 'type="file"' not in tag:
            sent[name[1]] = unescape(value[1]) if value else ""
    for name, body in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body) or re.search(r'<option value="([^"]*)"', body)
        sent[name] = chosen[1]
    for name, body in re.findall(r'<textarea name="(\w+)"[^>]*>\s?(.*?)</textarea>', form, re.S):
        sent[name] = unescape(body)
    return sent


def test_another_like_this_names_its_price_and_appears_at_once(signed_in, artist):
    output = order(artist, "text_to_image")
    page = text(signed_in.get("/studio"))
    assert "Another like this · 1 credit<" in page
    submission = re.search(r'again"[^>]*>.*?name="submission" value="([^"]+)"', page)[1]
    for _ in range(2):
        answer = signed_in.post(f"/studio/pictures/{output.id}/again", {"submission": submission}, headers=HTMX)
        assert answer.status_code == 200
    job = GenerationJob.objects.exclude(id=output.job_id).get()
    page = text(answer)
    assert f'id="job-{job.id}"' in page
    assert 'id="id_submission"' not in page, "the form that she is filling in stays as it is"
    assert credits_held(artist) == 1
    elsewhere = {**HTMX, "HX-Current-URL": f"http://testserver/studio/jobs/{output.job_id}"}
    answer = signed_in.post(f"/studio/pictures/{output.id}/again", {"submission": str(uuid4())}, headers=elsewhere)
    third = GenerationJob.objects.order_by("created_at").last()
    assert answer.headers["HX-Redirect"] == f"/studio#job-{third.id}"


def test_without_scripts_it_goes_to_the_new_job_or_says_why_not(signed_in, artist, taught_model):
    output = order(artist, "text_to_image")
    address = f"/studio/pictures/{output.id}/again"
    answer = signed_in.post(address, {"submission": str(uuid4())})
    job = GenerationJob.objects.exclude(id=output.job_id).get()
    assert answer.headers["Location"] == f"/studio#job-{job.id}"
    cancel_generation(user=artist, job_id=job.id)
    GenerationModel.objects.create(name="free", version="1", title="Free", default_side=128)
    GenerationModel.objects.filter(id=taught_model.id).update(is_active=False)
    refused = signed_in.post(address, {"submission": str(uuid4())})
    assert refused.status_code == 422
    assert "Tiny, is not offered any more" in text(refused)
    assert "Nothing was charged." in text(refused)
    assert "Tiny is not offered any more." in text(signed_in.get("/studio"))
    with_htmx = text(signed_in.post(address, {"submission": str(uuid4())}, headers=HTMX))
    assert "Tiny, is not offered any more" in with_htmx
    assert signed_in.post(address, {"submission": "twice"}).status_code == 422
    assert credits_held(artist) == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_opens_with_all_settings_and_orders_exactly_them(signed_in, artist, kind):
    output = order(artist, kind)
    page = signed_in.get(f"/studio?recipe={output.id}").content.decode()
    assert "The recipe is filled in." in page
    sent = filled_in(page)
    assert (sent["steps"], sent["guidance"], sent["negative_prompt"]) == ("23", "5.5", "rain")
    quoted = text(signed_in.post("/studio/quote", sent, headers=HTMX))
    assert 'id="quote-credits">2 credits' in quoted
    answer = signed_in.post("/studio", sent, headers=HTMX)
    job = GenerationJob.objects.latest("created_at")
    assert "error" not in text(answer)
    keys = ("seed", "input_key", "mask_key", "control_key")
    before, after = request_of(output.job), request_of(job)
    assert without(after, *keys) == without(before, *keys)
    assert after["seed"] == output.seed
    # Changed before it is ordered.
    changed = {**sent, "prompt": "a forest", "submission": str(uuid4()), "count": "1"}
    signed_in.post("/studio", changed, headers=HTMX)
    job = GenerationJob.objects.latest("created_at")
    assert (job.prompt, job.kind, job.count) == ("a forest", output.job.kind, 1)


def test_a_recipes_input_may_give_way_to_another_picture(signed_in, artist):
    output = order(artist, "image_to_image")
    page = signed_in.get(f"/studio?recipe={output.id}").content.decode()
    assert f"/studio/inputs/{output.job.input_sha256}.png" in page
    file = SimpleUploadedFile("p.png", png(256, 256, "red"), "image/png")
    signed_in.post("/studio", {**filled_in(page), "picture": file}, headers=HTMX)
    job = GenerationJob.objects.latest("created_at")
    assert job.kind == "image_to_image"
    assert job.input_sha256 != output.job.input_sha256
    painted = order(artist, "inpaint")
    sent = filled_in(signed_in.get(f"/studio?recipe={painted.id}").content.decode())
    file = SimpleUploadedFile("p.png", png(256, 256, "red"), "image/png")
    refused = text(signed_in.post("/studio", {**sent, "picture": file}, headers=HTMX))
    assert "The recipe has its own picture." in refused


def test_a_recipes_file_fills_in_the_form_and_tells_what_is_not_here(signed_in, artist, taught_model):
    output = order(artist, "image_to_image")
    signed = json.dumps(signed_recipe(artist, output.id)).encode()
    page = signed_in.post("/studio/recipe", {"recipe_file": SimpleUploadedFile("r.json", signed, "application/json")})
    assert filled_in(page.content.decode())["recipe"]
    other = Client()
    other.force_login(UserFactory())
    GenerationModel.objects.create(name="free", version="1", title="Free", default_side=128, default_steps=20)
    GenerationModel.objects.filter(id=taught_model.id).update(is_active=False)
    page = other.post("/studio/recipe", {"recipe_file": SimpleUploadedFile("r.json", signed, "application/json")})
    assert "is not among yours any more" in text(page)
    assert "Tiny, is not offered any more. Another model is chosen." in text(page)
    assert filled_in(page.content.decode())["recipe"] == ""
    assert filled_in(page.content.decode())["steps"] == "23"
    assert signed_in.get("/studio/recipe").headers["Location"] == "/studio"
    empty = signed_in.post("/studio/recipe", {})
    assert (empty.status_code, "no recipe of this site" in text(empty)) == (422, True)
    assert GenerationJob.objects.count() == 1


def test_a_changed_recipe_in_the_form_and_a_model_of_others_are_told(signed_in, artist, taught_model):
    sent = filled_in(signed_in.get(f"/studio?recipe={order(artist, 'inpaint').id}").content.decode())
    wrong = {**sent, "recipe": sent["recipe"].replace('"payload":"', '"payload":"A')}
    assert "Recipe:" in text(signed_in.post("/studio", wrong, headers=HTMX))
    assert "Choose another model." in text(signed_in.post("/studio", {**sent, "model": str(uuid4())}, headers=HTMX))
    assert (GenerationJob.objects.count(), credits_held(artist)) == (1, 0)


def test_recipes_and_inputs_are_their_owners_alone(signed_in, artist):
    output = order(artist, "image_to_image")
    address = f"/studio/inputs/{output.job.input_sha256}.png"
    assert signed_in.get(address).content.startswith(b"\x89PNG")
    other = Client()
    other.force_login(UserFactory())
    assert other.get(address).status_code == 404
    assert Client().get(address).status_code == 302
    page = text(other.get(f"/studio?recipe={output.id}"))
    assert "picture is not there" in page
    assert output.job.prompt not in page


def test_the_list_asks_no_more_for_its_prices(signed_in, artist, django_assert_max_num_queries):
    for _ in range(4):
        order(artist, "text_to_image")
    with django_assert_max_num_queries(24):
        signed_in.get("/studio")


def test_the_buttons_speak_chinese(signed_in, artist):
    order(artist, "text_to_image")
    signed_in.cookies["django_language"] = "zh-hans"
    page = text(signed_in.get("/studio"))
    assert "再来一张类似的 · 1 点" in page
    assert "从这个配方开始" in page
