"""From a picture to a listed work: bring a file in, or take a generated one, then the publish form."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.accounts.models import Artist
from marketplace.accounts.selectors import artist_of
from marketplace.blobs import private_store
from marketplace.catalog.errors import TagInvalid
from marketplace.catalog.selectors import title_in
from marketplace.core.errors import AtelierError, InvalidInput
from marketplace.licensing.selectors import current_terms
from marketplace.pages.publishing.forms import PublishForm, UploadForm
from marketplace.publishing.errors import (
    LooksLikeAnothersWork,
    PictureNotFound,
    SoldExclusivelyBefore,
)
from marketplace.publishing.lineage import works_made_from
from marketplace.publishing.selectors import work_published_from
from marketplace.publishing.services import publish_work, receive_upload
from marketplace.publishing.sources import (
    FromOutput,
    FromUpload,
    Source,
    output_to_publish,
    parents_in,
    upload_to_publish,
)
from marketplace.publishing.words import NO_SUGGESTIONS, Suggestions, suggestions_for, vocabulary_of
from marketplace.royalties.models import percent_of
from marketplace.royalties.selectors import remix_share_of

Rest = ParamSpec("Rest")


def for_artists(
    view: Callable[Concatenate[HttpRequest, Artist, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """Give the view the visitor's storefront; a person without one is led to opening it."""

    @login_required
    def with_artist(request: HttpRequest, *args: Rest.args, **named: Rest.kwargs) -> HttpResponse:
        artist = artist_of(request.user)
        if artist is None:
            messages.info(request, _("Open a storefront first; then you can publish."))
            return redirect("open_storefront")
        return view(request, artist, *args, **named)

    return with_artist


@require_safe
@for_artists
def new(request: HttpRequest, artist: Artist) -> HttpResponse:
    """Where the studio's Publish button leads: `?output=<id>`; without one, to bringing a file in."""
    given = request.GET.get("output", "")
    if not given:
        return redirect("publish_upload_file")
    try:
        return redirect("publish_output", output_id=UUID(given))
    except ValueError as error:
        raise PictureNotFound from error


@for_artists
def upload(request: HttpRequest, artist: Artist) -> HttpResponse:
    """Bring a file in; a file that cannot be used is told, and another can be chosen at once."""
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            received = receive_upload(artist=artist, data=file.read(), filename=file.name or "")
        except InvalidInput as error:
            form.add_error("file", _told(error))
        else:
            return redirect("publish_upload", upload_id=received.pk)
    return render(request, "publishing/upload.html", {"form": form})


@require_safe
@for_artists
def upload_picture(request: HttpRequest, artist: Artist, upload_id: UUID) -> HttpResponse:
    """The artist's own upload, for her eyes while she publishes it."""
    found = upload_to_publish(artist=artist, upload_id=upload_id)
    headers = {"Cache-Control": "private, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(private_store().get(found.storage_key), content_type=found.media_type, headers=headers)


@dataclass(frozen=True, slots=True)
class RemixOf:
    """Another artist's work that the picture was made from. ``owes``: its share of each sale, empty for none."""

    title: str
    artist: str
    owes: str


def _remix_of(artist: Artist, recipe: dict[str, Any]) -> tuple[RemixOf, ...]:
    language = get_language() or "en"
    found = works_made_from(artist=artist, hashes=parents_in(recipe))
    others = [(work, remix_share_of(work)) for work in found if work.artist_id != artist.pk]
    return tuple(
        RemixOf(title_in(work, language), work.artist.name, percent_of(owes) if owes else "") for work, owes in others
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """What the form's page shows of the picture."""

    picture_url: str
    width: int
    height: int
    made_with: str = ""
    prompt: str = ""
    made_from: tuple[RemixOf, ...] = ()


@for_artists
def publish_output(request: HttpRequest, artist: Artist, output_id: UUID) -> HttpResponse:
    """Publish a picture that was generated here."""
    output = output_to_publish(artist=artist, output_id=output_id)
    recipe = output.recipe
    shown = Shown(
        picture_url=reverse("studio_picture", args=[output.pk]),
        width=output.width,
        height=output.height,
        made_with=f"{recipe['model']} {recipe['model_version']}",
        prompt=recipe["prompt"],
        made_from=_remix_of(artist, recipe),
    )
    suggestions = suggestions_for(prompt=recipe["prompt"], vocabulary=vocabulary_of(recipe["model"]))
    return _publish(request, artist, FromOutput(output.pk), shown, suggestions)


@for_artists
def publish_upload(request: HttpRequest, artist: Artist, upload_id: UUID) -> HttpResponse:
    """Publish a file that was brought in."""
    found = upload_to_publish(artist=artist, upload_id=upload_id)
    shown = Shown(picture_url=reverse("upload_picture", args=[found.pk]), width=found.width, height=found.height)
    return _publish(request, artist, FromUpload(found.pk), shown, NO_SUGGESTIONS)


def _publish(
    request: HttpRequest, artist: Artist, source: Source, shown: Shown, suggestions: Suggestions
) -> HttpResponse:
    already = work_published_from(artist=artist, source_key=source.key)
    if already:
        messages.info(request, _("This picture is published already; this is its page."))
        return redirect(already)
    form = PublishForm(
        request.POST if request.method == "POST" else None,
        artist=artist,
        terms=current_terms(),
        has_prompt=bool(shown.prompt),
        suggestions=suggestions,
    )
    copied_from = ""
    if request.method == "POST" and form.is_valid():
        try:
            work = publish_work(
                artist=artist,
                source=source,
                texts=form.texts(),
                language=form.language(),
                tags=form.tag_labels(),
                offers=form.offers(),
                show_prompt=form.cleaned_data.get("show_prompt", False),
                audience=form.audience_choice(),
            )
        except TagInvalid as error:
            form.add_error("tags", _told(error))
        except (InvalidInput, LooksLikeAnothersWork, SoldExclusivelyBefore) as error:
            form.add_error(None, _told(error))
            copied_from = error.facts.get("address", "")
        else:
            messages.success(request, _("Published. The file is signed, and its origin can be checked by anyone."))
            return redirect(work)
    return render(
        request,
        "publishing/publish.html",
        {
            "form": form,
            "shown": shown,
            "suggested_tags": [*suggestions.tags["en"], *suggestions.tags["zh-hans"]],
            "copied_from": copied_from,
        },
    )


def _told(error: AtelierError) -> str:
    return f"{_(error.message)} {error.way_out}".strip()
