"""Pictures of one's own jobs, straight from the jobs' store, and their recipes; nobody else may see them."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from generation.engine import contract
from generation.selectors import job_of, output_of, picture_bytes
from marketplace.accounts.models import User
from marketplace.blobs import jobs_store
from marketplace.core.blobs import BlobNotFound, BlobStoreUnreachable
from marketplace.studio.again import kept_input
from marketplace.studio.recipes import signed_recipe
from marketplace.studio.thumbnails import THUMBNAIL_PX, thumbnail_webp


@login_required
@require_safe
def picture(request: HttpRequest, output_id: UUID) -> HttpResponse:
    """A finished picture. Its content never changes, so the browser may keep it."""
    assert isinstance(request.user, User)
    output = output_of(request.user, output_id)
    etag = f'"{output.sha256}"'
    headers = {"Cache-Control": "private, max-age=86400, immutable", "ETag": etag, "X-Content-Type-Options": "nosniff"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(picture_bytes(output), content_type=output.media_type, headers=headers)


@login_required
@require_safe
def thumbnail(request: HttpRequest, output_id: UUID) -> HttpResponse:
    """A finished picture, small, for rows of pictures to choose from; the browser may keep it."""
    assert isinstance(request.user, User)
    output = output_of(request.user, output_id)
    etag = f'"{output.sha256}-{THUMBNAIL_PX}"'
    headers = {"Cache-Control": "private, max-age=86400, immutable", "ETag": etag, "X-Content-Type-Options": "nosniff"}
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(thumbnail_webp(output), content_type="image/webp", headers=headers)


@login_required
@require_safe
def preview(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """What a running job is at."""
    assert isinstance(request.user, User)
    job = job_of(request.user, job_id)
    try:
        data = jobs_store().get(contract.preview_key(job.id))
    except (BlobNotFound, BlobStoreUnreachable):
        # The worker replaces it several times a second, and a read may fall into that; the page asks again anyway.
        return HttpResponse(status=404)
    headers = {"Cache-Control": "private, no-store", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(data, content_type="image/webp", headers=headers)


@login_required
@require_safe
def kept(request: HttpRequest, sha256: str) -> HttpResponse:
    """The picture of this hash that one of the person's jobs began with."""
    assert isinstance(request.user, User)
    headers = {"Cache-Control": "private, max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(kept_input(request.user, sha256), content_type="image/png", headers=headers)


@login_required
@require_safe
def recipe(request: HttpRequest, output_id: UUID) -> JsonResponse:
    """How the picture was made, signed, as a file."""
    assert isinstance(request.user, User)
    name = f'attachment; filename="recipe-{output_id}.json"'
    return JsonResponse(signed_recipe(request.user, output_id), headers={"Content-Disposition": name})
