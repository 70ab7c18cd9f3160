"""Chapter eight: the tools that change a picture by words, in both languages."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from tests.browser.person import Person
from tests.browser.story.test_2_studio import finish, order_pictures
from tests.running_shop import RunningShop

pytestmark = pytest.mark.browser

WORDS = {
    "en": {"change": "Change", "over": "Paint over", "beyond": "Let it grow", "vary": "Variations", "go": "Generate"},
    "zh-hans": {"change": "修改", "over": "局部重画", "beyond": "扩展画面", "vary": "变体", "go": "生成"},
}


def pixels(artist: Person, output: object) -> np.ndarray:
    """The PNG that the owner gets."""
    data = artist.page.request.get(f"{artist.shop.url}/studio/pictures/{output}.png").body()
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def latest(shop: RunningShop, kind: str) -> str:
    """The newest job of a kind."""
    row = shop.one("select id from generation_generationjob where kind = %s order by created_at desc limit 1", kind)
    return str(row["id"])


def outputs_of(shop: RunningShop, job: str) -> list[object]:
    """Its pictures, in order."""
    rows = shop.rows('select id from generation_generationoutput where job_id = %s order by "index"', job)
    return [row["id"] for row in rows]


def speak(artist: Person, language: str) -> None:
    """The site in this language, by its own cookie."""
    artist.page.context.add_cookies([{"name": "django_language", "value": language, "url": artist.shop.url}])


@pytest.fixture(scope="module")
def picture(artist, running_shop, story) -> object:
    """A picture of hers to change."""
    _price, job = order_pictures(artist, running_shop, "a blue sea by day", count=1, seed=31)
    finish(artist, running_shop, job)
    story["picture"] = outputs_of(running_shop, job)[0]
    return story["picture"]


@pytest.mark.parametrize("language", WORDS)
class TestPictureTools:
    def test_she_paints_over_a_part_and_nothing_else_changes(self, artist, running_shop, picture, language):
        speak(artist, language)
        words = WORDS[language]
        artist.open("/studio")
        artist.page.locator(f"#picture-{picture}").get_by_role("link", name=words["change"]).click()
        canvas = artist.page.locator("[data-mask] canvas")
        canvas.wait_for()
        frame = canvas.bounding_box()
        artist.page.mouse.move(frame["x"] + frame["width"] * 0.2, frame["y"] + frame["height"] * 0.3)
        artist.page.mouse.down()
        artist.page.mouse.move(frame["x"] + frame["width"] * 0.3, frame["y"] + frame["height"] * 0.6, steps=6)
        artist.page.mouse.up()
        artist.page.locator("#id_prompt").fill("a golden desert by day" if language == "en" else "白天的金色沙漠")
        artist.press(words["go"])
        artist.page.wait_for_url(re.compile("/studio#job-"))
        job = latest(running_shop, "inpaint")
        finish(artist, running_shop, job)
        before, after = pixels(artist, picture), pixels(artist, outputs_of(running_shop, job)[0])
        width = before.shape[1]
        assert np.array_equal(before[:, width // 2 :], after[:, width // 2 :]), "the right half was not painted over"
        assert not np.array_equal(before, after)

    def test_she_lets_it_grow(self, artist, running_shop, picture, language):
        speak(artist, language)
        artist.open(f"/studio/pictures/{picture}/over")
        artist.page.get_by_role("link", name=WORDS[language]["beyond"]).click()
        artist.page.locator("#id_right").select_option("64")
        artist.press(WORDS[language]["go"])
        artist.page.wait_for_url(re.compile("/studio#job-"))
        job = latest(running_shop, "outpaint")
        finish(artist, running_shop, job)
        before, after = pixels(artist, picture), pixels(artist, outputs_of(running_shop, job)[0])
        assert after.shape[1] == before.shape[1] + 64
        assert np.array_equal(after[:, : before.shape[1]], before)

    def test_she_varies_it(self, artist, running_shop, picture, language):
        speak(artist, language)
        artist.open(f"/studio/pictures/{picture}/over")
        artist.page.get_by_role("link", name=WORDS[language]["vary"]).click()
        artist.page.get_by_role("spinbutton").fill("2")
        artist.press(WORDS[language]["go"])
        artist.page.wait_for_url(re.compile("/studio#job-"))
        job = latest(running_shop, "variations")
        finish(artist, running_shop, job)
        made = [pixels(artist, output) for output in outputs_of(running_shop, job)]
        assert len(made) == 2
        assert not np.array_equal(made[0], made[1])
        speak(artist, "en")
