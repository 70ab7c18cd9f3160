"""Files that are brought in."""

import pytest

from marketplace.blobs import private_store
from marketplace.provenance.errors import PictureUnreadable
from marketplace.publishing.errors import FileTooLarge
from marketplace.publishing.models import Upload
from marketplace.publishing.services import receive_upload
from marketplace.publishing.services.uploads import MOST_BYTES
from tests.factories.accounts import ArtistFactory
from tests.provenance.pictures import encoded, painting

pytestmark = pytest.mark.django_db


def test_a_file_is_kept_privately_and_once_per_artist(blob_stores):
    artist, other = ArtistFactory(), ArtistFactory()
    data = encoded(painting("monet"), "JPEG", comment=b"at home")
    upload = receive_upload(artist=artist, data=data, filename="C:\\pictures\\monet.jpg")
    assert receive_upload(artist=artist, data=data) == upload
    assert receive_upload(artist=other, data=data) != upload
    kept = private_store().get(upload.storage_key)
    assert b"at home" not in kept
    assert (upload.width, upload.height) == painting("monet").size
    assert upload.media_type == "image/jpeg"


@pytest.mark.parametrize(
    ("data", "error"),
    [(b"no picture", PictureUnreadable), (b"", PictureUnreadable), (b"\xff" * (MOST_BYTES + 1), FileTooLarge)],
    ids=["text", "empty", "too large"],
)
def test_what_cannot_be_used_is_refused_with_a_way_out(data, error):
    with pytest.raises(error) as raised:
        receive_upload(artist=ArtistFactory(), data=data)
    assert raised.value.way_out
    assert not Upload.objects.exists()
