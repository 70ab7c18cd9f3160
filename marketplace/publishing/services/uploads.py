"""Taking a file in: checked, cleaned of metadata, kept privately until it is published."""

import hashlib

from django.utils.translation import gettext as _

from marketplace.accounts.models import Artist
from marketplace.blobs import private_store
from marketplace.provenance.metadata import strip_metadata
from marketplace.provenance.pictures import SUFFIXES, open_picture
from marketplace.publishing.errors import FileTooLarge
from marketplace.publishing.models import Upload

MOST_BYTES = 25 * 1024 * 1024


def receive_upload(*, artist: Artist, data: bytes, filename: str = "") -> Upload:
    """Keep ``data`` for ``artist`` without its metadata; the same file a second time is the first upload.

    Raises FileTooLarge, PictureUnreadable and PictureTooLarge.
    """
    if len(data) > MOST_BYTES:
        raise FileTooLarge(
            _("A file can have %(most)d MB at most.") % {"most": MOST_BYTES // 1024 // 1024},
            way_out=_("Save it as JPEG or WebP, or make it smaller."),
        )
    received_sha256 = hashlib.sha256(data).hexdigest()
    known = Upload.objects.filter(artist=artist, received_sha256=received_sha256).first()
    if known:
        return known
    clean, media_type = strip_metadata(data)
    picture = open_picture(clean)
    blob = private_store().put_content(clean, prefix="uploads", suffix=SUFFIXES[media_type], media_type=media_type)
    upload, _made = Upload.objects.get_or_create(
        artist=artist,
        received_sha256=received_sha256,
        defaults={
            "sha256": blob.sha256,
            "storage_key": blob.key,
            "media_type": media_type,
            "size_bytes": blob.size_bytes,
            "width": picture.width,
            "height": picture.height,
            "filename": filename[-200:],
        },
    )
    return upload
