"""Chapter six: anyone verifies the file and the certificate."""

import re

import pytest
from PIL import Image

pytestmark = pytest.mark.browser


class TestAnyoneVerifies:
    def check(self, visitor, file) -> None:
        visitor.open("/verify")
        visitor.page.locator("input[type=file]#file").set_input_files(file)
        visitor.press("Check the file")

    def test_the_bought_file_is_signed_here(self, visitor, story):
        self.check(visitor, story["work"])
        visitor.sees("Signed here, and unchanged")
        visitor.sees(re.compile("atelier-image-1"))

    def test_the_certificates_number_tells_the_licence(self, visitor, story):
        visitor.open("/verify")
        visitor.page.get_by_label("Number of the certificate").fill(story["number"])
        visitor.press("Check the number")
        visitor.sees("This licence is valid")
        visitor.sees("Last light, east harbour")

    def test_a_changed_pixel_is_told_and_a_stripped_file_is_found(self, visitor, story, tmp_path):
        data = bytearray(story["work"].read_bytes())
        data[-len(data) // 3] ^= 1
        changed = tmp_path / f"changed{story['work'].suffix}"
        changed.write_bytes(data)
        self.check(visitor, changed)
        visitor.sees(re.compile("Changed after it was signed|cannot be read"))
        stripped = tmp_path / "stripped.jpg"
        Image.open(story["work"]).convert("RGB").save(stripped, quality=85)
        self.check(visitor, stripped)
        visitor.sees(re.compile("Its credentials are missing, but we know this picture"))
        visitor.sees("Last light, east harbour")
