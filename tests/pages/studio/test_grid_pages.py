"""The pages of grids: priced and ordered, watched, stopped, tried again, kept; nobody sees another's."""

import io
import re
from uuid import uuid4

import pytest
from django.test import Client
from PIL import Image

from billing.selectors import credits_available, credits_held
from generation.models import GenerationJob
from generation.services import record_failed
from marketplace.studio.grids.models import PictureGrid
from marketplace.studio.grids.services import order_grid
from tests.factories.accounts import UserFactory
from tests.factories.billing import give_credits
from tests.studio.test_grids import deliver, grid_settings

pytestmark = pytest.mark.usefixtures("taught_model")

HTMX = {"HX-Request": "true"}


def choices(**more) -> dict:
    return {
        "prompt": "a {x} over the sea",
        "size": "128x128",
        "quality": "standard",
        "x_what": "words",
        "x_values": "sunset\nforest\nmountains",
        "y_what": "guidance",
        "y_values": "2, 6",
        "submission": str(uuid4()),
        **more,
    }


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_price_of_the_whole_grid_and_its_time_are_told_before_the_button(signed_in, artist):
    assert 'href="/studio/grid"' in text(signed_in.get("/studio"))
    page = text(signed_in.get("/studio/grid"))
    assert "the price of the whole grid appears here" in page
    quoted = text(signed_in.post("/studio/grid/quote", choices(), headers=HTMX))
    assert 'id="quote-credits">6 credits' in quoted
    assert "6 pictures · about" in quoted
    quoted = text(signed_in.post("/studio/grid/quote", choices(quality="fine", size="256x256"), headers=HTMX))
    assert 'id="quote-credits">12 credits' in quoted
    quoted = text(signed_in.post("/studio/grid/quote", choices(x_values="sunset, zeppelin"), headers=HTMX))
    assert 'id="quote-credits">4 credits' in quoted
    assert "At “zeppelin × 2”: The model was not taught: zeppelin." in quoted
    quoted = text(signed_in.post("/studio/grid/quote", choices(prompt="a sunset"), headers=HTMX))
    assert "The words of axis x have no place in the prompt." in quoted
    assert not GenerationJob.objects.exists()


def test_ordered_twice_it_is_one_grid_with_a_table(signed_in, artist):
    form = choices()
    answers = [signed_in.post("/studio/grid", form, headers=HTMX), signed_in.post("/studio/grid", form)]
    grid = PictureGrid.objects.get()
    assert answers[0].headers["HX-Redirect"] == answers[1].headers["Location"] == f"/studio/grids/{grid.id}"
    assert (credits_held(artist), GenerationJob.objects.count()) == (6, 6)
    page = text(signed_in.get(f"/studio/grids/{grid.id}"))
    for label in ("sunset", "forest", "mountains"):
        assert f'<th scope="col">{label}</th>' in page
    for label in ("2", "6"):
        assert f'<th scope="row">{label}</th>' in page
    assert page.count("<td ") == 6
    assert "Cancel the rest · 6 credits come back" in page
    assert "0 of 6 pictures made." in page
    assert signed_in.get("/studio").content.decode().count('class="panel job"') == 0


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"prompt": ""}, "Describe the picture first"),
        ({"x_values": "sunset"}, "2 to 6 values, not 1"),
        ({"x_values": ""}, "This field is required"),
        ({"x_what": "strength"}, "Select a valid choice"),
        ({"y_values": "2, many"}, "“many” cannot be used here."),
        ({"y_values": ""}, "2 to 6 values, not 0"),
        ({"x_values": "sunset, zeppelin"}, "At “zeppelin × 2”"),
        ({"prompt": "a {x"}, "no place in the prompt"),
        ({"size": "512x512"}, "Select a valid choice"),
        ({"model": str(uuid4())}, "Choose another model."),
    ],
)
def test_mistakes_are_told_and_nothing_is_charged(signed_in, artist, wrong, said):
    answer = signed_in.post("/studio/grid", choices(**wrong), headers=HTMX)
    assert answer.status_code == 200
    assert said in text(answer)
    assert "Nothing was charged." in text(answer)
    plain = signed_in.post("/studio/grid", choices(**wrong))
    assert plain.status_code == 422
    assert said in text(plain)
    assert (credits_available(artist), credits_held(artist)) == (60, 0)
    assert not PictureGrid.objects.exists()


def test_cells_fill_one_by_one_fail_with_their_reason_and_are_tried_again(signed_in, artist):
    grid = order_grid(user=artist, settings=grid_settings())
    cells = list(grid.cells.select_related("job__model"))
    deliver(cells[0])
    record_failed(job_id=cells[1].job_id, attempt=1, code="model_missing")
    address = f"/studio/grids/{grid.id}"
    page = text(signed_in.get(f"{address}?seen=old", headers=HTMX))
    stamp = re.search(r"seen=(\w+)", page)[1]
    assert signed_in.get(f"{address}?seen={stamp}", headers=HTMX).status_code == 204
    output = cells[0].job.outputs.get()
    assert f"/studio?recipe={output.id}" in page
    assert "The image model cannot be used at the moment." in page
    assert "Try again · 1 credit<" in page
    assert "1 of 6 pictures made. 1 ended without a picture." in page
    page = text(signed_in.post(f"{address}/cells/{cells[1].id}/retry", headers=HTMX))
    assert "Try again" not in page
    assert "You have 54 credits." in page
    assert GenerationJob.objects.count() == 7
    assert "Nothing here yet." in text(signed_in.get("/studio")), "an earlier try stays the grid's"
    page = text(signed_in.post(f"{address}/cancel", headers=HTMX))
    assert "every 1s" not in page
    assert "You have 59 credits." in page
    assert "1 of 6 reserved credits spent." in page
    assert signed_in.post(f"{address}/cancel").status_code == 302
    refused = text(signed_in.post(f"{address}/cells/{cells[0].id}/retry", headers=HTMX))
    assert "This picture cannot be ordered anew." in refused
    assert credits_available(artist) == 59


def test_kept_as_one_picture_listed_and_ordered_again(signed_in, artist):
    assert "No grids yet." in text(signed_in.get("/studio/grids"))
    grid = order_grid(user=artist, settings=grid_settings())
    assert signed_in.get(f"/studio/grids/{grid.id}/plot.png").status_code == 409
    for cell in grid.cells.select_related("job__model"):
        deliver(cell)
    answer = signed_in.get(f"/studio/grids/{grid.id}/plot.png")
    assert "attachment" in answer.headers["Content-Disposition"]
    assert Image.open(io.BytesIO(answer.content)).width > 3 * 192
    page = text(signed_in.get("/studio/grids"))
    assert "Words: sunset · forest · mountains" in page
    assert "6 of 6 pictures made." in page
    page = text(signed_in.get(f"/studio/grid?like={grid.id}"))
    assert 'id="quote-credits">6 credits' in page
    assert "sunset forest mountains</textarea>" in page
    assert "That grid is not there." in text(signed_in.get(f"/studio/grid?like={uuid4()}"))
    assert "Nothing here yet." in text(signed_in.get("/studio/jobs"))
    job = grid.cells.first().job
    assert f'href="/studio/grids/{grid.id}"' in text(signed_in.get(f"/studio/jobs/{job.id}"))


def test_another_member_and_a_stranger_see_and_change_nothing(signed_in, artist):
    grid = order_grid(user=artist, settings=grid_settings())
    cell = grid.cells.select_related("job__model").first()
    deliver(cell)
    other, stranger = Client(), Client()
    other.force_login(UserFactory())
    address = f"/studio/grids/{grid.id}"
    for path in (address, f"{address}/plot.png"):
        assert other.get(path).status_code == 404
        assert stranger.get(path).headers["Location"].startswith("/accounts/login/")
    for path in (f"{address}/cancel", f"{address}/cells/{cell.id}/retry"):
        assert other.post(path).status_code == 404
        assert stranger.post(path).status_code == 302
        assert signed_in.get(path).status_code == 405
    assert str(grid.id) not in text(other.get("/studio/grids"))
    assert "That grid is not there." in text(other.get(f"/studio/grid?like={grid.id}"))
    assert stranger.get("/studio/grid").status_code == 302
    assert credits_held(artist) == 5
    assert GenerationJob.objects.filter(state="queued").count() == 5


def test_pages_ask_a_bounded_number_of_times(signed_in, artist, django_assert_max_num_queries):
    give_credits(artist, 100)
    settings = grid_settings(x=("seed", "1-5"), y=("steps", "1-5"), prompt="a sunset")
    grid = order_grid(user=artist, settings=settings)
    for cell in grid.cells.select_related("job__model")[:12]:
        deliver(cell)
    for path in (f"/studio/grids/{grid.id}", "/studio/grids", "/studio/jobs"):
        with django_assert_max_num_queries(16):
            assert signed_in.get(path).status_code == 200


def test_the_pages_speak_chinese(signed_in, artist):
    grid = order_grid(user=artist, settings=grid_settings(x=("words", "日落\n雪山"), prompt="海上的{x}"))
    signed_in.cookies["django_language"] = "zh-hans"
    page = text(signed_in.get(f"/studio/grids/{grid.id}"))
    assert "取消其余 · 退回 4 点" in page
    assert "<span>步数 ↓</span> <span>文字 →</span>" in page
    assert "生成网格" in text(signed_in.get("/studio/grid"))
    wrong = text(signed_in.post("/studio/grid", choices(x_values="日落, 飞艇"), headers=HTMX))
    assert "处：" in wrong
