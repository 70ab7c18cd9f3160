"""Chapter six: anyone verifies the file and the certificate."""

import io
import re

import pytest
from PIL import Image

pytestmark = pytest.mark.browser


def with_one_pixel_changed(signed: bytes) -> bytes:
    """The PNG with another pixel and the manifest of before, as somebody would forge it."""
    picture = Image.open(io.BytesIO(signed))
    red, green, blue = picture.getpixel((7, 7))
    picture.putpixel((7, 7), (255 - red, green, blue))
    painted = io.BytesIO()
    picture.save(painted, "PNG")
    manifest = next(chunk for chunk in chunks(signed) if chunk[4:8] == b"caBX")
    header, *others = chunks(painted.getvalue())
    return signed[:8] + b"".join([header, manifest, *others])


def chunks(png: bytes) -> list[bytes]:
    """A PNG's chunks: length, name, data, checksum."""
    found, at = [], 8
    while at < len(png):
        size = int.from_bytes(png[at : at + 4], "big") + 12
        found.append(png[at : at + size])
        at += size
    return found


class TestAnyoneVerifies:
    def check(self, visitor, file) -> None:
        visitor.open("/verify")
        visitor.page.locator("input[type=file]#file").set_input_files(file)
        visitor.press("Check the file")

    def test_the_bought_file_is_signed_here(self, visitor, story):
        self.check(visitor, story["work"])
        visitor.sees("Signed here, and unchanged")
        visitor.sees(re.compile("atelier-image-2"))

    def test_the_certificates_number_tells_the_licence(self, visitor, story):
        visitor.open("/verify")
        visitor.page.get_by_label("Number of the certificate").fill(story["number"])
        visitor.press("Check the number")
        visitor.sees("This licence is valid")
        visitor.sees("Last light, east harbour")

    def test_a_changed_pixel_is_told(self, visitor, story, tmp_path):
        changed = tmp_path / "changed.png"
        changed.write_bytes(with_one_pixel_changed(story["work"].read_bytes()))
        self.check(visitor, changed)
        visitor.sees(re.compile("Changed after it was signed"))

    def test_a_stripped_file_is_found_by_its_looks(self, visitor, story, tmp_path):
        stripped = tmp_path / "stripped.jpg"
        Image.open(story["work"]).convert("RGB").save(stripped, quality=85)
        self.check(visitor, stripped)
        visitor.sees(re.compile("Its credentials are missing, but we know this picture"))
        visitor.sees("Last light, east harbour")
