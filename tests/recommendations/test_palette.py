"""Colours that works show: searching by one, like this but bluer, and by a picture."""

import numpy as np
import pytest
from PIL import Image

from marketplace.catalog.services import hide_work
from recommendations.palette import CHANGES, amount, anchors, colour_of_hex, moved, oklab, palette_of, palette_of_colour
from recommendations.selectors import (
    ColourWish,
    WorkFilter,
    search_works,
    steering_of,
    works_like_but,
    works_like_picture,
)
from recommendations.services import MuteTarget, hide_for, mute
from recommendations.viewers import viewer_of
from tests.factories.recommendations import indexed_work
from tests.recommendations.tiny_space import COLOURS

RED, BLUE, GREY = (200, 40, 40), (50, 100, 190), (128, 128, 128)


def test_oklab_of_known_colours():
    """White, red and blue of sRGB as OKLab's author gives them (rounded)."""
    given = oklab(np.array([(255, 255, 255), (255, 0, 0), (0, 0, 255)], dtype=np.uint8))
    np.testing.assert_allclose(given, [(1, 0, 0), (0.628, 0.225, 0.126), (0.452, -0.032, -0.312)], atol=2e-3)


def test_a_palette_is_a_direction_and_like_colours_are_near():
    blue = palette_of(Image.new("RGB", (60, 30), BLUE))
    assert blue.shape == (len(anchors()),)
    assert np.linalg.norm(blue) == pytest.approx(1, abs=1e-5)
    near = palette_of_colour((60, 110, 180))
    assert blue @ near > 0.95 > blue @ palette_of_colour(GREY) > blue @ palette_of_colour(RED)


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_moves_a_palette_its_way(change):
    own = palette_of(Image.effect_noise((64, 64), 60).convert("RGB"))
    assert amount(np.stack([moved(own, change)]), change)[0] > amount(np.stack([own]), change)[0] + 0.02


def test_hex_colours():
    assert colour_of_hex("#3a6FB5") == colour_of_hex("3a6fb5") == (58, 111, 181)
    assert [colour_of_hex(text) for text in ("", "blue", "#12345", "#12345g", "#٣٣٣٣٣٣")] == [None] * 5


@pytest.mark.django_db
@pytest.mark.usefixtures("tiny_spaces")
class TestInTheShop:
    def test_a_colour_alone_finds_works_that_show_it(self):
        blue = indexed_work(title="A", colour=BLUE)
        indexed_work(title="B", colour=RED)
        result = search_works(query="", colour=ColourWish((60, 110, 180)))
        assert result.work_ids == [blue.pk]
        assert search_works(query="", colour=ColourWish((60, 110, 180)), filters=WorkFilter(medium="music")).total == 0
        hide_work(work=blue)
        assert search_works(query="", colour=ColourWish((60, 110, 180))).total == 0

    def test_a_colour_beside_words_orders_what_the_words_find(self):
        first, second = indexed_work(title="Harbour", colour=RED), indexed_work(title="Harbour", colour=BLUE)
        indexed_work(title="Forest", colour=BLUE)
        assert search_works(query="harbour", colour=ColourWish(RED, 1.0)).work_ids == [first.pk, second.pk]
        assert search_works(query="harbour", colour=ColourWish(BLUE, 1.0)).work_ids == [second.pk, first.pk]

    def test_like_this_but_bluer_leaves_out_what_she_muted_made_and_hid(self):
        work = indexed_work(title="Work", colour=(120, 120, 130))
        hers, muted, hidden, stays = (indexed_work(title=f"Blue {n}", colour=(60, 80, 230)) for n in range(4))
        user = hers.artist.user
        viewer = viewer_of(user=user)
        mute(target=MuteTarget(artist_id=muted.artist_id), viewer=viewer)
        hide_for(work_id=hidden.pk, viewer=viewer)
        assert set(works_like_but(work=work, change="bluer", limit=9)) == {hers.pk, muted.pk, hidden.pk, stays.pk}
        wishes = steering_of(viewer)
        found = works_like_but(work=work, change="bluer", limit=9, viewer=viewer, steering=wishes)
        assert found == [stays.pk]

    def test_like_this_but_bluer_is_bluer(self):
        work = indexed_work(title="Work", colour=(120, 120, 130))
        bluer = indexed_work(title="Bluer", colour=(90, 110, 180))
        redder = indexed_work(title="Redder", colour=(180, 90, 90))
        darker = indexed_work(title="Darker", colour=(50, 50, 55))
        assert works_like_but(work=work, change="bluer", limit=1) == [bluer.pk]
        assert redder.pk not in works_like_but(work=work, change="bluer", limit=9)
        assert works_like_but(work=work, change="redder", limit=1) == [redder.pk]
        assert works_like_but(work=work, change="darker", limit=1) == [darker.pk]
        assert work.pk not in works_like_but(work=work, change="lighter", limit=9)
        hide_work(work=bluer)
        assert bluer.pk not in works_like_but(work=work, change="bluer", limit=9)

    def test_a_picture_finds_works_that_look_like_it(self):
        sunset = indexed_work(title="A", colour=COLOURS["sunset"])
        sea = indexed_work(title="B", colour=COLOURS["sea"])
        found = works_like_picture(picture=Image.new("RGB", (80, 50), COLOURS["sea"]), limit=2)
        assert found == [sea.pk, sunset.pk]
        hide_work(work=sea)
        assert works_like_picture(picture=Image.new("RGB", (80, 50), COLOURS["sea"]), limit=2) == [sunset.pk]


@pytest.mark.django_db
def test_without_encoders_colours_still_work(no_spaces):
    blue = indexed_work(title="A", colour=BLUE)
    assert works_like_picture(picture=Image.new("RGB", (80, 50), BLUE), limit=1) == [blue.pk]
