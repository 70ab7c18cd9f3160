"""The pages of the picture tools: prices, orders, mistakes told, in two languages, nobody else's pictures."""

import io

import numpy as np
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from billing.selectors import credits_held
from generation.engine.contract import Kind, ToolSettings
from generation.models import GenerationJob, GenerationModel
from generation.services import record_finished
from marketplace.studio.models import ModelTerms
from marketplace.studio.services import start_generation
from marketplace.studio.settings_of_pictures import PictureSettings
from marketplace.studio.thumbnails import THUMBNAIL_PX
from marketplace.studio.tools import start_tool
from tests.factories.accounts import UserFactory
from tests.factories.billing import PlanFactory
from tests.pages.studio.conftest import artist, queue, signed_in, taught_model
from tests.studio.conftest import tools
from tests.studio.delivering import png, put_picture
from tests.studio.test_editing import mask
from tests.studio.test_tools import PICTURE, SCRATCHES, restored, some_record

__all__ = ["artist", "queue", "signed_in", "taught_model", "tools"]

pytestmark = pytest.mark.usefixtures("tools")

NAMES = ["enlarge", "restore", "colours", "style", "palette", "cut-out"]
HTMX = {"HX-Request": "true"}


@pytest.fixture
def output(artist):
    """A finished picture of the artist's."""
    job = start_generation(user=artist, settings=PictureSettings("a sunset over the sea", 128, 128, 1, 5, 20))
    record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    return job.outputs.get()


def form(**more) -> dict[str, object]:
    return {"submission": "1" * 8 + "-0000-4000-8000-" + "0" * 12, **more}


def file(data: bytes, name: str = "picture.png") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, "image/png")


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("name", NAMES)
def test_every_tool_has_a_page_in_both_languages(signed_in, output, name, language):
    signed_in.cookies["django_language"] = language
    assert f"/studio/tools/{name}" in signed_in.get("/studio/tools").content.decode()
    bare = signed_in.get(f"/studio/tools/{name}").content.decode()
    chosen = signed_in.get(f"/studio/tools/{name}?picture={output.id}").content.decode()
    assert f"/studio/pictures/{output.id}.png" in chosen
    assert ("Picture tools" in bare) == (language == "en")
    assert ("图片工具" in bare) == (language == "zh-hans")


@pytest.mark.parametrize(
    ("name", "sent", "kind"),
    [
        ("enlarge", {"factor": "4"}, "upscale"),
        ("restore", {"damage": ["scratches", "fading"]}, "restore"),
        ("colours", {"reference_id": ""}, "colourize"),
        ("style", {"amount": "0.7", "reference": True}, "style_transfer"),
        ("palette", {"amount": "1", "reference": True}, "palette_transfer"),
        ("cut-out", {"mask": True}, "background_removal"),
    ],
)
def test_every_tool_orders_from_a_picture_and_from_a_file(signed_in, output, name, sent, kind):
    def filled() -> dict[str, object]:
        files = {"reference": file(png(80, 80)), "mask": file(mask(128, 128, (0, 0, 64, 128)))}
        return {field: files[field] if value is True else value for field, value in sent.items()}

    url = f"/studio/tools/{name}"
    answer = signed_in.post(url, form(picture_id=str(output.id), **filled()), headers=HTMX)
    job = GenerationJob.objects.get(kind=kind)
    assert answer.headers["HX-Redirect"] == f"/studio#job-{job.id}"
    again = form(picture=file(png(128, 128)), **filled()) | {"submission": "2" * 8 + "-0000-4000-8000-" + "0" * 12}
    assert signed_in.post(url, again).status_code == 302
    assert GenerationJob.objects.filter(kind=kind).count() == 2
    signed_in.get(f"/studio/jobs/{job.id}")
    assert job.get_kind_display() in signed_in.get("/studio").content.decode()


@pytest.mark.parametrize(
    ("name", "sent", "told"),
    [
        ("enlarge", {"factor": "2"}, "Choose one of your pictures, or a file."),
        ("enlarge", {"factor": "3", "picture": True}, "3"),
        ("restore", {"picture": True}, "Say at least one kind of damage."),
        ("restore", {"picture": True, "damage": "fading", "mask": True}, "You painted where it is damaged"),
        ("style", {"amount": "0.5", "picture": True}, "Choose one of your pictures, or a file."),
        ("style", {"amount": "7", "picture": True, "reference": True}, "less than or equal to 1"),
        ("palette", {"amount": "1", "picture": b"no picture", "reference": True}, "no PNG, JPEG or WebP"),
    ],
)
def test_mistakes_are_told_and_nothing_is_charged(signed_in, artist, name, sent, told):
    for headers in (None, HTMX):
        files = {
            field: file(png(80, 80) if value is True else value)
            for field, value in sent.items()
            if not isinstance(value, str)
        }
        answer = signed_in.post(f"/studio/tools/{name}", form(**{**sent, **files}), headers=headers)
        assert answer.status_code == (200 if headers else 422)
        assert told in answer.content.decode()
    assert (credits_held(artist), GenerationJob.objects.count()) == (0, 0)


def test_the_price_is_told_for_the_size_that_the_browser_sees(signed_in, artist):
    def quote(**more) -> str:
        return signed_in.post("/studio/tools/enlarge/quote", form(**more), headers=HTMX).content.decode()

    assert "7 credits" in quote(width="1024", height="1024", factor="2")
    assert "2048 × 2048" in quote(width="1024", height="1024", factor="2")
    assert "8192 pixels long" in quote(width="3000", height="3000", factor="4")
    assert "the price appears here" in quote(factor="2")
    assert signed_in.get("/studio/tools/enlarge/quote").status_code == 405


def test_what_was_restored_is_shown_to_its_owner_alone(signed_in, artist, client):
    output = restored(artist, record=some_record())
    place = f"/studio/pictures/{output.id}"
    page = signed_in.get(f"{place}/restoration").content.decode()
    assert "10.0 %" in page
    assert "Against scratches, spots and holes" in page
    assert "OpenCV (telea), where you painted" in page
    signed_in.cookies["django_language"] = "zh-hans"
    assert "where you painted" not in signed_in.get(f"{place}/restoration").content.decode()
    for picture in ("before.png", "overlay.png", "record.png"):
        answer = signed_in.get(f"{place}/{picture}")
        assert (answer.status_code, answer.content[:4]) == (200, b"\x89PNG")
    assert f"{place}/restoration" in signed_in.get("/studio").content.decode()
    member = Client()
    member.force_login(UserFactory())
    for end in ("restoration", "before.png", "overlay.png", "record.png"):
        assert member.get(f"{place}/{end}").status_code == 404
        assert Client().get(f"{place}/{end}").status_code == 302


def test_a_picture_without_a_record_has_no_such_page(signed_in, artist, output):
    for end in ("restoration", "before.png", "overlay.png", "record.png"):
        assert signed_in.get(f"/studio/pictures/{output.id}/{end}").status_code == 404


def test_anothers_picture_is_not_there_and_strangers_sign_in(output, artist):
    member = Client()
    member.force_login(UserFactory())
    answer = member.post("/studio/tools/cut-out", form(picture_id=str(output.id)))
    assert answer.status_code == 404
    page = member.get(f"/studio/tools/cut-out?picture={output.id}").content.decode()
    assert f"/studio/pictures/{output.id}" not in page
    assert "is not there" in page
    assert Client().get("/studio/tools").status_code == 302
    assert GenerationJob.objects.count() == 1


def test_the_page_asks_the_database_as_often_for_many_pictures_as_for_one(
    signed_in, artist, output, django_assert_max_num_queries
):
    for _ in range(3):
        job = start_tool(user=artist, kind=Kind.COLOURIZE, tool=ToolSettings(), picture=PICTURE)
        record_finished(job_id=job.id, attempt=1, keys=[put_picture(job, 0)])
    restored(artist, record=some_record())
    assert np.asarray(SCRATCHES.damage).size
    with django_assert_max_num_queries(8):
        signed_in.get(f"/studio/tools/style?picture={output.id}")


def test_only_tools_that_are_offered_are_listed_and_plans_are_told(signed_in, tools, output):
    GenerationModel.objects.filter(tool="background_removal").update(is_active=False)
    ModelTerms.objects.create(model=tools["colourize"]).plans.add(PlanFactory())
    page = signed_in.get("/studio/tools").content.decode()
    assert "/studio/tools/cut-out" not in page
    assert page.count("Belongs to a plan") == 1
    assert "/studio/tools/colours" in page
    assert "/studio/tools/cut-out" not in signed_in.get(f"/studio/pictures/{output.id}/over").content.decode()
    answer = signed_in.post("/studio/tools/cut-out", form(picture_id=str(output.id)))
    assert "This tool is not offered at the moment." in answer.content.decode()
    GenerationModel.objects.exclude(tool="").update(is_active=False)
    assert "No picture tool is offered" in signed_in.get("/studio/tools").content.decode()


def test_rows_of_pictures_show_small_copies_to_their_owner_alone(signed_in, output):
    place = f"/studio/pictures/{output.id}/small.webp"
    assert place in signed_in.get("/studio/tools/style").content.decode()
    answer = signed_in.get(place)
    small = Image.open(io.BytesIO(answer.content))
    assert (answer.headers["Content-Type"], small.format) == ("image/webp", "WEBP")
    assert min(small.size) == min(THUMBNAIL_PX, output.width, output.height)
    assert signed_in.get(place, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    member = Client()
    member.force_login(UserFactory())
    assert member.get(place).status_code == 404
    assert Client().get(place).status_code == 302
