"""Public previews from the object store, where no CDN stands in front of it."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from marketplace.blobs import public_store
from marketplace.catalog.selectors import may_see_file
from marketplace.core.blobs import BlobNotFound
from marketplace.pages.viewing import access_behind

_MEDIA_TYPES = {"webp": "image/webp", "avif": "image/avif", "png": "image/png", "jpg": "image/jpeg"}


# A day, not forever, although a key never changes its content: what moderation hides must also leave the caches.
_FOR_ALL = "public, max-age=86400"
_FOR_ONE = "private, no-store"


@require_safe
def media(request: HttpRequest, key: str) -> HttpResponse:
    """A preview by its key; of a hidden work, and of one that is not for everybody, for those who may see it."""
    allowed, by_all = may_see_file(storage_key=key, viewer=access_behind(request))
    if not allowed:
        return HttpResponse(status=404, headers={"Cache-Control": _FOR_ONE})
    etag = f'"{key.rsplit("/", 1)[-1]}"'
    headers = {"Cache-Control": _FOR_ALL if by_all else _FOR_ONE, "ETag": etag}
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
