"""Chapter eight, third part: the tools that need no words, in both languages."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from tests.browser.person import Person
from tests.browser.story.test_2_studio import finish
from tests.browser.story.test_8_tools import latest, outputs_of, pixels, speak
from tests.running_shop import RunningShop

pytestmark = pytest.mark.browser

# Address of each tool, its kind of job, and what is chosen on its page.
TOOLS = {
    "enlarge": "upscale",
    "restore": "restore",
    "colours": "colourize",
    "style": "style_transfer",
    "palette": "palette_transfer",
    "cut-out": "background_removal",
}
TOOL_NAMES = {
    "en": ["Enlarge", "Restore", "Colourize", "Style", "Palette", "Cut out"],
    "zh-hans": ["放大", "修复", "上色", "风格", "配色", "抠图"],
}


@pytest.fixture(scope="module")
def picture(story) -> object:
    """The picture of the chapter's first part."""
    return story["picture"]


def order_with_tool(artist: Person, shop: RunningShop, tool: str, name: str) -> tuple[str, str]:
    """Press the tool's button, as it is called, when the price is there; the job, and the price in words."""
    page = artist.page
    price = page.locator("#quote-credits")
    price.wait_for()
    told = price.inner_text()
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_url(re.compile("/studio#job-"))
    job = latest(shop, TOOLS[tool])
    finish(artist, shop, job)
    return job, told


def png_of(pixels: np.ndarray) -> dict[str, object]:
    """A file as a file field takes it."""
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return {"name": "picture.png", "mimeType": "image/png", "buffer": buffer.getvalue()}


@pytest.mark.parametrize("language", TOOL_NAMES)
class TestToolsWithoutWords:
    def open(self, artist: Person, language: str, tool: str, picture: object | None = None) -> str:
        """The tool's page by its card on the page of all tools; the tool's name."""
        speak(artist, language)
        name = TOOL_NAMES[language][list(TOOLS).index(tool)]
        artist.open("/studio/tools")
        artist.page.locator(".tool-cards").get_by_role("link", name=name).click()
        artist.page.wait_for_url(f"**/studio/tools/{tool}")
        if picture is not None:
            # By its address: the page offers only the latest, and by now there are many.
            artist.open(f"/studio/tools/{tool}?picture={picture}")
            artist.page.locator("#tool-stage img").wait_for()
        return name

    def test_she_enlarges_one_of_hers(self, artist, running_shop, picture, language):
        name = self.open(artist, language, "enlarge", picture)
        artist.page.locator('input[name="factor"][value="4"]').check()
        job, price = order_with_tool(artist, running_shop, "enlarge", name)
        assert re.search(r"\d", price)
        before, after = pixels(artist, picture), pixels(artist, outputs_of(running_shop, job)[0])
        assert after.shape[:2] == (4 * before.shape[0], 4 * before.shape[1])
        small = np.asarray(Image.fromarray(after).resize(before.shape[1::-1], Image.Resampling.BOX)).astype(int)
        assert np.abs(small - before).mean() < 8, "it is the same picture"

    def test_she_restores_a_file_where_she_paints_and_sees_what_was_invented(
        self, artist, running_shop, picture, language
    ):
        name = self.open(artist, language, "restore")
        damaged = pixels(artist, picture).copy()
        height, width = damaged.shape[:2]
        damaged[:, width // 2 - 3 : width // 2 + 3] = 255
        artist.page.locator('input[name="picture"]').set_input_files(png_of(damaged))
        canvas = artist.page.locator("[data-mask] canvas")
        canvas.wait_for()
        artist.page.wait_for_function("document.querySelector('[data-mask] canvas').width > 1")
        frame = canvas.bounding_box()
        artist.page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + 2)
        artist.page.mouse.down()
        artist.page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] - 2, steps=8)
        artist.page.mouse.up()
        job, _price = order_with_tool(artist, running_shop, "restore", name)
        output = outputs_of(running_shop, job)[0]
        after = pixels(artist, output)
        assert np.array_equal(after[:, : width // 4], damaged[:, : width // 4]), "far from the stroke nothing changes"
        assert np.abs(after[height // 2, width // 2].astype(int) - 255).max() > 10, "the stripe is mended"
        artist.open(f"/studio/pictures/{output}/restoration")
        artist.page.wait_for_function(
            "[...document.querySelectorAll('.restoration img')].filter(i => i.complete && i.naturalWidth).length === 3"
        )
        assert artist.page.locator(".record-legend dd").count() >= 4

    def test_she_takes_style_and_palette_from_another_picture(self, artist, running_shop, picture, language):
        red = np.zeros((128, 128, 3), np.uint8)
        red[..., 0] = 60 + 150 * (np.indices((128, 128)).sum(0) // 8 % 2)
        for tool in ("palette", "style"):
            name = self.open(artist, language, tool, picture)
            artist.page.locator('input[name="reference"]').set_input_files(png_of(red))
            artist.page.locator("#reference-picture").wait_for()
            job, _price = order_with_tool(artist, running_shop, tool, name)
            before, after = (pixels(artist, one).mean((0, 1)) for one in (picture, outputs_of(running_shop, job)[0]))
            assert after[0] - after[2] > before[0] - before[2] + 20, f"{tool}: it has become redder"

    def test_she_gives_a_picture_new_colours(self, artist, running_shop, picture, language):
        name = self.open(artist, language, "colours", picture)
        reference = artist.page.locator('#reference-field input[name="reference_id"]').nth(1)
        reference.check(force=True)
        job, _price = order_with_tool(artist, running_shop, "colours", name)
        assert pixels(artist, outputs_of(running_shop, job)[0]).shape == pixels(artist, picture).shape

    def test_she_cuts_out_what_stands_out(self, artist, running_shop, picture, language):
        name = self.open(artist, language, "cut-out")
        y, x = np.mgrid[:128, :128]
        disc = np.full((128, 128, 3), (90, 110, 130), np.uint8)
        disc[(x - 64) ** 2 + (y - 60) ** 2 < 34**2] = (220, 60, 40)
        artist.page.locator('input[name="picture"]').set_input_files(png_of(disc))
        job, _price = order_with_tool(artist, running_shop, "cut-out", name)
        output = outputs_of(running_shop, job)[0]
        data = artist.page.request.get(f"{artist.shop.url}/studio/pictures/{output}.png").body()
        opacity = np.asarray(Image.open(io.BytesIO(data)))[..., 3]
        assert opacity[60, 64] > 230
        assert opacity[4, 4] < 25

    def test_what_is_wrong_is_told_and_nothing_is_lost(self, artist, running_shop, picture, language):
        self.open(artist, language, "style", picture)
        artist.page.locator("#tool-go").click()
        artist.page.locator("#studio-error").wait_for()
        assert artist.page.locator("#tool-stage img").get_attribute("src")
        speak(artist, "en")
