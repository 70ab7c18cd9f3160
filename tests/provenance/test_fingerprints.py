"""PDQ on real paintings: what people do to files changes few bits, another painting changes many."""

from itertools import combinations

import pytest
from PIL import Image, ImageDraw

from marketplace.provenance.fingerprints import (
    SAME_PICTURE_WITHIN,
    distance,
    fingerprint,
    fingerprint_of_image,
)
from tests.provenance.pictures import NAMES, encoded, painting


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "change",
    [
        lambda image: encoded(image, "JPEG", quality=50),
        lambda image: encoded(image, "JPEG", quality=25),
        lambda image: encoded(image, "WEBP", quality=60),
        lambda image: encoded(image.resize((image.width // 2, image.height // 2))),
        lambda image: encoded(image.resize((image.width * 2, image.height * 2))),
        lambda image: encoded(image.convert("RGBA")),
        lambda image: encoded(image.resize((200, 160)), "JPEG", quality=60),
    ],
    ids=["jpeg 50", "jpeg 25", "webp 60", "half", "double", "alpha", "small, squeezed, jpeg 60"],
)
def test_the_same_picture_stays_near(name, change):
    image = painting(name)
    original = fingerprint(encoded(image))
    assert original.is_telling
    assert len(original.bits) == 256
    assert distance(original.bits, fingerprint(change(image)).bits) <= SAME_PICTURE_WITHIN


def test_different_paintings_are_far_apart():
    prints = [fingerprint_of_image(painting(name)).bits for name in NAMES]
    assert min(distance(a, b) for a, b in combinations(prints, 2)) > 3 * SAME_PICTURE_WITHIN


def test_a_small_mark_changes_little():
    image = painting("monet")
    marked = image.copy()
    ImageDraw.Draw(marked).text((image.width - 80, image.height - 20), "Atelier", fill="white")
    assert distance(fingerprint_of_image(image).bits, fingerprint_of_image(marked).bits) <= 10


def test_a_flat_picture_tells_nothing():
    assert not fingerprint(encoded(Image.new("RGB", (256, 256), "navy"))).is_telling
