"""The page of LoRA files and their rows in the studio's form, for the owner, another member and a stranger."""

import re
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from generation.models import GenerationJob
from generation.services import record_finished
from marketplace.blobs import private_store
from marketplace.studio.loras.adding import add_lora
from marketplace.studio.models import Lora
from tests.factories.accounts import UserFactory
from tests.pages.studio.test_studio_page import HTMX, choices, order, text
from tests.studio.delivering import put_picture
from tests.studio.test_loras import TO_K, give_the_model_shapes, lora_file

pytestmark = pytest.mark.usefixtures("taught_model")

CHINESE = {"accept-language": "zh-hans"}


def upload(client: Client, data: bytes | None = None, *, headers: dict[str, str] | None = None, **more):
    file = SimpleUploadedFile("mine.safetensors", lora_file() if data is None else data)
    return client.post("/studio/loras", {"file": file, "name": "Ink wash", **more}, headers=headers)


@pytest.fixture
def lora(artist) -> Lora:
    """One of the artist's."""
    return add_lora(user=artist, data=lora_file(), name="Ink wash", trigger_words="inkzwash")


def test_a_stranger_is_asked_to_sign_in(client, lora):
    for path in ("/studio/loras", f"/studio/loras/{lora.id}/remove"):
        for answer in (client.get(path), client.post(path)):
            assert answer.headers["Location"].startswith("/accounts/login/")
    assert Lora.objects.get() == lora


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        (None, ["No LoRA file yet.", "Upload a .safetensors file", "up to 64 MB", "Trigger words"]),
        (CHINESE, ["还没有 LoRA 文件。", "请上传为本站某个图像模型训练的", "不超过 64 MB", "触发词"]),
    ],
)
def test_the_empty_list_says_what_to_do(signed_in, headers, words):
    page = text(signed_in.get("/studio/loras", headers=headers))
    for word in words:
        assert word in page


def test_a_file_is_uploaded_listed_and_removed(signed_in, artist):
    answer = upload(signed_in, trigger_words="inkzwash", origin="Me, CC0")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/studio/loras")
    lora = Lora.objects.get()
    page = text(signed_in.get("/studio/loras"))
    for word in ("“Ink wash” is ready", "inkzwash", "Me, CC0", lora.sha256, "data-confirm=", "1 of 20"):
        assert word in page
    answer = signed_in.post(f"/studio/loras/{lora.id}/remove", follow=True)
    assert "“Ink wash” is removed." in text(answer)
    assert not Lora.objects.exists()
    assert signed_in.get(f"/studio/loras/{uuid4()}/remove").status_code == 405


@pytest.mark.parametrize(
    ("data", "more", "headers", "word"),
    [
        (b"", {}, None, "This file is empty."),
        (b"PK\x03\x04" + b"x" * 50, {}, None, "This is a pickle"),
        (b"PK\x03\x04" + b"x" * 50, {}, CHINESE, "这是 pickle 文件"),
        (lora_file()[:-3], {}, CHINESE, "这个文件不完整"),
        (None, {"name": ""}, None, "This field is required."),
        (None, {"name": "x" * 61}, None, "60"),
    ],
)
def test_what_is_wrong_is_told_at_its_field_and_nothing_is_kept(signed_in, data, more, headers, word):
    answer = upload(signed_in, data, headers=headers, **more)
    assert answer.status_code == 422
    assert word in text(answer)
    assert not Lora.objects.exists()


def test_too_large_a_file_is_told_before_it_is_read(signed_in):
    from marketplace.studio.loras.checking import LARGEST_FILE

    file = SimpleUploadedFile("mine.safetensors", b"x" * (LARGEST_FILE + 1))
    answer = signed_in.post("/studio/loras", {"file": file, "name": "Large"})
    assert (answer.status_code, "64 MB at most" in text(answer)) == (422, True)
    assert not Lora.objects.exists()


def test_another_member_neither_sees_nor_uses_nor_removes_it(client, lora):
    client.force_login(UserFactory())
    assert "Ink wash" not in text(client.get("/studio/loras"))
    assert "Ink wash" not in text(client.get(f"/studio?lora={lora.sha256}"))
    assert client.post(f"/studio/loras/{lora.id}/remove").status_code == 404
    answer = client.post("/studio", choices(lora_1=str(lora.id), lora_1_weight="1"))
    assert (answer.status_code, "This LoRA is not there any more." in text(answer)) == (422, True)
    assert not GenerationJob.objects.exists()
    assert Lora.objects.get() == lora
    assert private_store().exists(lora.storage_key)


def test_without_files_the_studio_has_one_line_that_leads_to_the_upload(signed_in):
    page = text(signed_in.get("/studio"))
    assert 'You have none yet. <a href="/studio/loras">Upload one</a>' in page
    assert "lora_1" not in page


def test_up_to_three_are_chosen_with_weights_and_the_price_stays(signed_in, artist, lora):
    other = add_lora(user=artist, data=lora_file(2), name="Woodcut")
    page = text(signed_in.get("/studio"))
    assert page.count('name="lora_') == 6
    assert "<strong>Ink wash</strong> is called by: inkzwash" in page
    chosen = {"lora_1": str(lora.id), "lora_1_weight": "0.8", "lora_3": str(other.id), "lora_3_weight": ""}
    quoted = text(signed_in.post("/studio/quote", choices(**chosen, prompt="inkzwash sunset over the sea")))
    assert 'id="quote-credits">2 credits' in quoted
    assert "quote-words" not in quoted
    job = order(signed_in, **chosen)
    assert [(one["name"], one["weight"]) for one in job.adapters] == [("Ink wash", 0.8), ("Woodcut", 1.0)]
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0), put_picture(job, 1)])
    page = text(signed_in.get(f"/studio/jobs/{job.id}"))
    assert "Ink wash, weight 0.8" in page
    assert lora.sha256 in page
    again = f"/studio?recipe={job.outputs.first().id}"
    assert again in page
    page = text(signed_in.get(again))
    assert re.search(rf'<option value="{lora.id}" selected>', page)
    assert 'value="0.8"' in page
    assert "<details open" in page.replace('details class="more loras" open', "details open")


@pytest.mark.parametrize(
    ("rows", "headers", "word"),
    [
        ({"lora_1_weight": "0.01"}, None, "greater than or equal to 0.05"),
        ({"lora_1_weight": "3"}, None, "less than or equal to 2"),
        ({"lora_1_weight": "nan"}, None, "Enter a number"),
        ({"lora_2": "same", "lora_2_weight": "1"}, None, "3 different LoRA files at most"),
        ({"lora_2": "same", "lora_2_weight": "1"}, CHINESE, "最多使用 3 个不同的 LoRA 文件"),
        ({"lora_1": "rubbish"}, None, "This LoRA is not there any more."),
    ],
)
def test_a_wrong_choice_is_told_in_the_form_and_charges_nothing(signed_in, lora, rows, headers, word):
    rows = {name: str(lora.id) if value == "same" else value for name, value in rows.items()}
    sent = choices(**{"lora_1": str(lora.id), "lora_1_weight": "1", **rows})
    answer = signed_in.post("/studio", sent, headers=headers)
    assert answer.status_code == 422
    assert word in text(answer)
    assert "details" in text(answer)
    assert not GenerationJob.objects.exists()
    assert signed_in.post("/studio/quote", sent, headers={**HTMX, **(headers or {})}).status_code == 200


def test_one_for_another_model_is_told_in_the_form(signed_in, lora, taught_model):
    give_the_model_shapes(taught_model, **{TO_K: (64, 16)})
    sent = choices(lora_1=str(lora.id), lora_1_weight="1")
    answer = signed_in.post("/studio", sent)
    assert (answer.status_code, "was made for another image model than Tiny" in text(answer)) == (422, True)
    assert "was made for another" in text(signed_in.post("/studio/quote", sent))
    assert not GenerationJob.objects.exists()


def test_removed_between_choosing_and_ordering_it_is_told(signed_in, lora):
    signed_in.post(f"/studio/loras/{lora.id}/remove")
    answer = signed_in.post("/studio", choices(lora_1=str(lora.id), lora_1_weight="1"), headers=HTMX)
    page = text(answer)
    assert "Nothing was charged." in page
    assert not GenerationJob.objects.exists()


def test_one_that_is_in_use_stays_and_the_page_says_why(signed_in, lora):
    order(signed_in, lora_1=str(lora.id), lora_1_weight="1")
    page = text(signed_in.post(f"/studio/loras/{lora.id}/remove", follow=True))
    assert "Pictures are being made with “Ink wash”." in page
    assert Lora.objects.get() == lora


def test_the_number_of_queries_does_not_grow_with_the_files(signed_in, artist, django_assert_max_num_queries):
    add_lora(user=artist, data=lora_file(1), name="One")
    signed_in.get("/studio/loras")
    with django_assert_max_num_queries(6):
        signed_in.get("/studio/loras")
    with django_assert_max_num_queries(40) as few:
        signed_in.get("/studio")
    for number in range(2, 12):
        add_lora(user=artist, data=lora_file(number), name=f"Number {number}", trigger_words="a")
    with django_assert_max_num_queries(6):
        signed_in.get("/studio/loras")
    with django_assert_max_num_queries(len(few)):
        signed_in.get("/studio")
