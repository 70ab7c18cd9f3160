"""Public previews from the object store, where no CDN stands in front of it."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from marketplace.blobs import public_store
from marketplace.core.blobs import BlobNotFound

_MEDIA_TYPES = {"webp": "image/webp", "avif": "image/avif", "png": "image/png", "jpg": "image/jpeg"}


@require_safe
def media(request: HttpRequest, key: str) -> HttpResponse:
    """A preview by its key. Keys are made of the content's hash, so it may be kept forever."""
    etag = f'"{key.rsplit("/", 1)[-1]}"'
    headers = {"Cache-Control": "public, max-age=31536000, immutable", "ETag": etag}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    try:
        data = public_store().get(key)
    except BlobNotFound:
        return HttpResponse(status=404)
    return HttpResponse(
        data,
        content_type=_MEDIA_TYPES.get(key.rsplit(".", 1)[-1], "application/octet-stream"),
        headers=headers,
    )


def media_url(key: str) -> str:
    """Where a browser finds the public object ``key``."""
    if settings.CONFIGURATION.s3_public_base_url:
        return public_store().public_url(key)
    return f"/media/{key}"
