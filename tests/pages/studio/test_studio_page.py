"""What an artist sees in the studio; what a stranger and another member may not."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from billing.selectors import credits_available, credits_held
from generation.engine import contract
from generation.models import GenerationJob
from generation.services import record_failed, record_finished, record_picture
from marketplace.blobs import jobs_store
from tests.factories.accounts import UserFactory
from tests.factories.generation import GenerationModelFactory
from tests.studio.delivering import png, put_picture

pytestmark = pytest.mark.usefixtures("taught_model")

HTMX = {"HX-Request": "true"}


def choices(**more) -> dict:
    return {
        "prompt": "a beautiful sunset over the sea",
        "size": "128x128",
        "count": "2",
        "quality": "standard",
        "seed": "7",
        "strength": "0.6",
        "submission": str(uuid4()),
        **more,
    }


def order(client: Client, **more) -> GenerationJob:
    response = client.post("/studio", choices(**more), headers=HTMX)
    assert response.status_code == 200
    return GenerationJob.objects.latest("created_at")


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_stranger_is_asked_to_sign_in(client):
    for path in ("/studio", "/studio/jobs", f"/studio/jobs/{uuid4()}"):
        assert client.get(path).headers["Location"].startswith("/accounts/login/")


def test_the_empty_studio_says_what_to_do_and_shows_price_time_and_examples_in_both_languages(signed_in):
    page = text(signed_in.get("/studio"))
    assert "Nothing here yet." in page
    assert "一幅美丽的日落场景" in page
    assert "a beautiful sunset over the sea" in page
    assert "You have 60 credits." in page
    assert 'id="quote-credits">4 credits' in page
    assert "about 2 seconds" in page


def test_the_examples_in_the_readers_language_come_first(signed_in):
    english, chinese = "a beautiful sunset over the sea", "一幅美丽的日落场景"
    page = text(signed_in.get("/studio", headers={"accept-language": "zh-hans"}))
    assert page.index(chinese) < page.index(english)
    page = text(signed_in.get("/studio", headers={"accept-language": "en"}))
    assert page.index(english) < page.index(chinese)


def test_the_page_speaks_chinese(signed_in, artist):
    signed_in.cookies["django_language"] = "zh-hans"
    page = text(signed_in.get("/studio"))
    assert "工作室" in page
    assert "生成" in page


def test_the_price_follows_the_form_and_names_unknown_words(signed_in, artist):
    page = text(signed_in.post("/studio/quote", choices(size="256x256", count="3", quality="fine")))
    assert "6 credits" in page
    page = text(signed_in.post("/studio/quote", choices(prompt="a cat in a spacesuit")))
    assert "cat, spacesuit" in page
    assert "data-use-prompt=" in page
    page = text(signed_in.post("/studio/quote", choices(negative_prompt="people, rain")))
    assert "It cannot avoid what it was not taught: <strong>people</strong>." in page
    page = text(signed_in.post("/studio/quote", choices(prompt="")))
    assert "quote-credits" in page
    assert credits_held(artist) == 0
    assert not GenerationJob.objects.exists()


def test_an_order_appears_at_once_and_its_pictures_one_by_one(signed_in, artist):
    response = signed_in.post("/studio", choices(), headers=HTMX)
    job = GenerationJob.objects.get()
    page = text(response)
    assert f'id="job-{job.id}"' in page
    assert "You have 58 credits." in page
    assert 'id="id_submission"' in page
    assert "Waiting for its turn." in page
    record_picture(job_id=job.id, attempt=1, key=put_picture(job, 0))
    GenerationJob.objects.filter(id=job.id).update(state="running", steps_done=25, previews=1)
    job.refresh_from_db()
    page = text(signed_in.get(f"/studio/jobs/{job.id}?seen=old", headers=HTMX))
    assert "Step 25 of 40." in page
    assert page.count('class="picture"') == 1
    assert "preview.webp?n=1-1" in page
    stamp = re.search(r"seen=([\w-]+)", page)[1]
    assert signed_in.get(f"/studio/jobs/{job.id}?seen={stamp}", headers=HTMX).status_code == 204
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0), put_picture(job, 1)])
    page = text(signed_in.get(f"/studio/jobs/{job.id}?seen={stamp}", headers=HTMX))
    output = job.outputs.first()
    assert "every 1s" not in page
    assert f"/publish/new?output={output.id}" in page
    assert f"/studio?input={output.id}" in page
    assert "Seed 7" in page
    assert "a" * 64 in page
    assert "2 of 2 reserved credits spent" in page


def test_without_scripts_the_form_works_too(signed_in):
    response = signed_in.post("/studio", choices())
    job = GenerationJob.objects.get()
    assert response.headers["Location"] == f"/studio#job-{job.id}"
    wrong = signed_in.post("/studio", choices(prompt="a cat in a spacesuit"))
    assert wrong.status_code == 422
    assert "a cat in a spacesuit" in text(wrong)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"prompt": ""}, "Describe the picture first"),
        ({"count": "99"}, "less than or equal to 8"),
        ({"size": "9999x9999"}, "Select a valid choice"),
        ({"seed": "-1"}, "greater than or equal to 0"),
        ({"prompt": "a cat in a spacesuit"}, "The model was not taught: cat, spacesuit."),
        ({"negative_prompt": "people"}, "It cannot avoid what it was not taught: people."),
    ],
)
def test_mistakes_are_told_and_nothing_is_charged(signed_in, artist, wrong: dict, said: str):
    page = text(signed_in.post("/studio", choices(**wrong), headers=HTMX))
    assert said in page
    assert "Nothing was charged." in page
    assert (credits_available(artist), credits_held(artist)) == (60, 0)


@pytest.mark.parametrize("field", ["prompt", "negative_prompt"])
def test_weights_that_are_written_wrong_are_told_while_they_are_written_and_when_ordered(signed_in, artist, field):
    wrong = {field: "the (sea"}
    assert "has no partner" in text(signed_in.post("/studio/quote", choices(**wrong), headers=HTMX))
    answer = signed_in.post("/studio", choices(**wrong), headers=HTMX)
    assert (answer.status_code, "has no partner" in text(answer)) == (200, True)
    assert credits_held(artist) == 0
    assert not GenerationJob.objects.exists()


def test_too_few_credits_say_where_to_get_more(signed_in, artist):
    for _ in range(3):
        order(signed_in, count="8", quality="fine", size="256x256")
    page = text(signed_in.post("/studio", choices(count="8", quality="fine", size="256x256"), headers=HTMX))
    assert "This needs 16 credits and you have 12." in page
    assert 'href="/credits"' in page


def test_the_same_form_twice_is_one_order(signed_in, artist):
    form = choices()
    signed_in.post("/studio", form, headers=HTMX)
    signed_in.post("/studio", form, headers=HTMX)
    assert GenerationJob.objects.count() == 1
    assert credits_held(artist) == 2


def test_cancel_returns_the_credits_at_once(signed_in, artist):
    job = order(signed_in)
    page = text(signed_in.post(f"/studio/jobs/{job.id}/cancel", headers=HTMX))
    assert "2 credits came back." in page
    assert "You have 60 credits." in page
    again = text(signed_in.post(f"/studio/jobs/{job.id}/cancel", headers=HTMX))
    assert "cancelled" in again
    assert credits_available(artist) == 60


def test_a_failed_job_says_why_and_what_to_do(signed_in):
    job = order(signed_in)
    record_failed(job_id=job.id, attempt=1, code="model_missing")
    page = text(signed_in.get(f"/studio/jobs/{job.id}"))
    assert "The image model cannot be used at the moment." in page
    assert "2 credits came back." in page


def test_an_upload_begins_a_picture_and_a_file_that_is_none_is_refused(signed_in, artist):
    upload = SimpleUploadedFile("painting.png", png(200, 150), content_type="image/png")
    job = order(signed_in, picture=upload)
    assert (job.kind, job.strength) == ("image_to_image", 0.6)
    wrong = SimpleUploadedFile("x.png", b"MZ not a picture", content_type="image/png")
    page = text(signed_in.post("/studio", choices(picture=wrong), headers=HTMX))
    assert "no PNG, JPEG or WebP picture" in page
    assert GenerationJob.objects.count() == 1


def test_a_finished_picture_can_be_the_next_input(signed_in):
    job = order(signed_in)
    output = record_picture(job_id=job.id, attempt=1, key=put_picture(job, 0))
    page = text(signed_in.get(f"/studio?input={output.id}"))
    assert f'value="{output.id}"' in page
    assert f'src="/studio/pictures/{output.id}.png"' in page
    again = order(signed_in, input_output=str(output.id))
    assert again.kind == "image_to_image"
    assert "not there" in text(signed_in.get(f"/studio?input={uuid4()}"))


def test_pictures_previews_and_jobs_are_their_owners_alone(signed_in, client):
    job = order(signed_in)
    output = record_picture(job_id=job.id, attempt=1, key=put_picture(job, 0))
    jobs_store().put(contract.preview_key(job.id), b"webp", media_type="image/webp")
    paths = [f"/studio/pictures/{output.id}.png", f"/studio/jobs/{job.id}/preview.webp", f"/studio/jobs/{job.id}"]
    assert [signed_in.get(path).status_code for path in paths] == [200, 200, 200]
    assert signed_in.get(paths[0]).content == png(128, 128)
    assert signed_in.get(paths[0], headers={"If-None-Match": f'"{output.sha256}"'}).status_code == 304
    stranger = Client()
    assert [stranger.get(path).status_code for path in paths] == [302, 302, 302]
    other = Client()
    other.force_login(UserFactory())
    assert [other.get(path).status_code for path in paths] == [404, 404, 404]
    assert other.post(f"/studio/jobs/{job.id}/cancel").status_code == 404
    job.refresh_from_db()
    assert job.is_active


def test_the_page_asks_the_database_a_bounded_number_of_times(signed_in, django_assert_max_num_queries):
    for _ in range(8):
        job = order(signed_in, count="2")
        record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0), put_picture(job, 1)])
    with django_assert_max_num_queries(24):
        signed_in.get("/studio")


def test_the_form_chooses_the_model_by_the_wish_and_says_why_and_how_long_it_waits(signed_in, taught_model):
    GenerationModelFactory(name="good-model", title="Good", quality=90, default_side=128, largest_side=256)
    page = text(signed_in.post("/studio/quote", choices(wish="best")))
    assert "Good makes the best pictures" in page
    assert "of it waiting" not in page
    assert order(signed_in, wish="best", count="8", quality="fine").model.name == "good-model"
    page = text(signed_in.post("/studio/quote", choices(wish="best", count="8")))
    assert "of it waiting" in page
    refused = text(signed_in.post("/studio", choices(wish="dearest"), headers=HTMX))
    assert "Select a valid choice" in refused
