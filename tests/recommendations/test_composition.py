"""What is composed alike, measured on pictures whose composition is known."""

import io

import numpy as np
import pytest
from django.urls import reverse
from PIL import Image, ImageDraw

from marketplace.blobs import public_store
from marketplace.catalog.services import FileFacts, add_version, hide_work
from recommendations.composition import composition_facts, composition_of
from recommendations.selectors import steering_of, works_composed_like
from recommendations.services import embed_work, hide_for, index_work
from recommendations.viewers import viewer_of
from tests.factories.accounts import UserFactory
from tests.factories.catalog import WorkFactory

SIZE = 160


def horizon(at, sky=(200, 210, 230), ground=(40, 50, 40)):
    """A bright sky over dark ground; ``at``: the share of the frame that is sky."""
    picture = Image.new("RGB", (SIZE, SIZE), sky)
    ImageDraw.Draw(picture).rectangle((0, int(SIZE * at), SIZE, SIZE), fill=ground)
    return picture


def ball(x, y, colour=(230, 220, 90), ground=(30, 30, 50), size=(SIZE, SIZE)):
    """A bright ball on dark ground with its middle at these shares of the frame."""
    picture = Image.new("RGB", size, ground)
    width, height = size
    reach = 0.16
    box = ((x - reach) * width, (y - reach) * height, (x + reach) * width, (y + reach) * height)
    ImageDraw.Draw(picture).ellipse(box, fill=colour)
    return picture


def cosine(one, other):
    return float(composition_of(one) @ composition_of(other))


def test_a_vector_of_length_1_in_the_dimensions_that_are_told_also_of_a_flat_picture():
    for picture in (horizon(0.3), ball(0.2, 0.5), Image.new("RGB", (9, 300), (10, 20, 30))):
        vector = composition_of(picture)
        assert vector.shape == (composition_facts().dimensions,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_place_counts_and_neither_colour_nor_brightness_nor_shape_of_the_frame():
    left = ball(0.25, 0.5)
    assert cosine(left, ball(0.25, 0.5, colour=(90, 160, 230), ground=(60, 20, 20))) > 0.95
    assert cosine(left, ball(0.25, 0.5, size=(320, 160))) > 0.9
    assert cosine(left, ball(0.3, 0.5)) > 0.8, "a small shift changes little"
    assert cosine(left, ball(0.75, 0.5)) < 0.3, "mirrored is another composition"
    assert cosine(left, ball(0.5, 0.5)) < 0.8


def test_high_and_low_horizons_differ_and_light_turned_to_dark_is_the_opposite():
    assert cosine(horizon(0.3), horizon(0.33)) > 0.8
    assert cosine(horizon(0.3), horizon(0.7)) < 0.7
    upside_down = horizon(0.5, sky=(40, 50, 40), ground=(200, 210, 230))
    assert cosine(horizon(0.5), upside_down) < cosine(horizon(0.5), horizon(0.6)) - 0.5


def test_noise_has_no_place():
    flat = Image.new("RGB", (64, 64), (120, 120, 120))
    noise = np.random.default_rng(1).integers(0, 2, (64, 64, 3))
    noisy = Image.fromarray((np.full((64, 64, 3), 120) + noise).astype("uint8"))
    assert cosine(flat, noisy) > 0.9


def shown(picture, **facts):
    """A listed work with this preview, indexed."""
    work = WorkFactory(**facts)
    data = io.BytesIO()
    picture.resize((512, 512)).save(data, "WEBP", quality=90)
    blob = public_store().put_content(data.getvalue(), prefix="previews", suffix=".webp", media_type="image/webp")
    add_version(
        work=work,
        files=[FileFacts("preview", "image/webp", blob.sha256, blob.size_bytes, blob.key, width=512, height=512)],
    )
    index_work(work_id=work.pk)
    embed_work(work_id=work.pk)
    return work


@pytest.mark.django_db
@pytest.mark.usefixtures("tiny_spaces")
class TestInTheShop:
    @pytest.fixture
    def works(self):
        return {
            "work": shown(ball(0.25, 0.5)),
            "alike": shown(ball(0.27, 0.5, colour=(200, 80, 60))),
            "bluer": shown(ball(0.24, 0.52, colour=(80, 120, 240), ground=(10, 20, 90))),
            "mirrored": shown(ball(0.75, 0.5)),
            "horizon": shown(horizon(0.3)),
        }

    def test_what_is_composed_alike_whatever_its_colours(self, works):
        found = works_composed_like(work=works["work"], limit=9)
        assert set(found) == {works["alike"].pk, works["bluer"].pk}
        hide_work(work=works["alike"])
        assert works_composed_like(work=works["work"], limit=9) == [works["bluer"].pk]

    def test_not_what_she_hid(self, works):
        viewer = viewer_of(user=UserFactory())
        hide_for(work_id=works["alike"].pk, viewer=viewer)
        found = works_composed_like(work=works["work"], limit=9, viewer=viewer, steering=steering_of(viewer))
        assert found == [works["bluer"].pk]

    def test_and_bluer(self, works):
        assert works_composed_like(work=works["work"], limit=9, change="bluer") == [works["bluer"].pk]

    def test_a_work_without_a_picture_has_no_composition(self, works):
        assert works_composed_like(work=WorkFactory(), limit=9) == []

    def test_the_page_and_its_changes(self, client, works):
        address = reverse("like_but", args=[works["work"].pk, "composed-alike"])
        assert address in client.get(works["work"].get_absolute_url()).text
        page = client.get(address).text
        assert "Composed like" in page
        assert f'data-work="{works["bluer"].pk}"' in page
        assert f"{address}?and=bluer" in page
        narrowed = client.get(f"{address}?and=bluer").text
        assert f'data-work="{works["bluer"].pk}"' in narrowed
        assert f'data-work="{works["alike"].pk}"' not in narrowed
        assert client.get(f"{address}?and=louder").status_code == 404

    def test_the_api(self, client, works):
        address = f"/api/v1/works/{works['work'].pk}/like-this"
        answer = client.get(address, {"composed": "true", "but": "bluer"})
        assert [work["id"] for work in answer.json()] == [str(works["bluer"].pk)]
        assert client.get(address, {"composed": "true"}).status_code == 200
        assert client.get(address).status_code == 400
