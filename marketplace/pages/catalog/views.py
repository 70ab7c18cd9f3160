"""Search, a work's page, a storefront, a tag's page."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from billing.selectors import trader_details
from marketplace.accounts.models import User
from marketplace.accounts.selectors import artist_by_handle
from marketplace.catalog.audiences import WHOEVER, may_open
from marketplace.catalog.models import Tag, Work
from marketplace.catalog.selectors import closed_error, title_in, work_with_page
from marketplace.licensing.selectors import availability, offers_of
from marketplace.memberships.selectors import has_open_tiers
from marketplace.orders.selectors import bundles_of
from marketplace.pages.cards import cards_in_order, cards_of, picture_of, restoration_of, versions_files_prefetch
from marketplace.pages.catalog.counted import artist_links, price_links, show_counts, ways_out
from marketplace.pages.catalog.forms import SearchForm, address_of
from marketplace.pages.catalog.variations import change_links
from marketplace.pages.feeds.why import why_goes_with, why_similar
from marketplace.pages.following.views import follow_button
from marketplace.pages.labels import label_of, tags_in_readers_language
from marketplace.pages.orders.bundles import bundle_cards
from marketplace.pages.viewing import (
    access_behind,
    is_looked_at,
    noticing_of,
    observer_behind,
    steering_behind,
    viewer_behind,
)
from marketplace.provenance.selectors import provenance_panel
from marketplace.royalties.models import percent_of
from marketplace.royalties.selectors import collaborators_of, parents_shown, remix_share_of
from recommendations.selectors import (
    WorkFilter,
    bought_together,
    is_saved,
    like_state,
    popular_works,
    search_works,
    similar_works,
    tags_in_the_shop,
)
from recommendations.services import like_work, notice_search, record_view, unlike_work

ON_A_PAGE = 24
SIMILAR = 10
SUGGESTED = 10
MOST_BUNDLES = 12


def _page_number(request: HttpRequest) -> int:
    given = request.GET.get("page", "1")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 7 else 1


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Works for words and filters; without words all works, newest first."""
    form = SearchForm(request.GET)
    form.is_valid()
    query = form.cleaned_data.get("q", "")
    filters = form.filters
    access = access_behind(request)
    result = search_works(
        query=query,
        filters=filters,
        page=_page_number(request),
        page_size=ON_A_PAGE,
        access=access,
        colour=form.colour_wish,
        with_facets=True,
    )
    chosen = {name: str(value) for name, value in request.GET.items() if value and name in form.fields}
    context = {
        "form": form,
        "query": query,
        "result": result,
        "cards": cards_in_order(result.work_ids, access),
        "is_narrowed": not filters.is_empty or form.colour_wish is not None,
        "address": urlencode(chosen),
        **noticing_of(request),
        "kept_as": address_of(form),
        "without_filters": urlencode({"q": query}) if query else "",
        "ways_out": ways_out(chosen, result.lifted, form),
    }
    if query and result.page == 1 and is_looked_at(request):
        notice_search(query=query, viewer=observer_behind(request))
    if result.facets:
        show_counts(form, result.facets)
        context["prices"] = price_links(chosen, result.facets)
        context["artists"] = artist_links(chosen, result.facets)
    if not result.total:
        popular = popular_works(limit=SUGGESTED, access=access, steering=steering_behind(request))
        context["suggested"] = cards_in_order(popular, access)
        context["tags"] = tags_in_readers_language(tags_in_the_shop(limit=16, access=access))
    return render(request, "catalog/search.html", context)


@require_safe
def work(request: HttpRequest, work_id: UUID, slug: str = "") -> HttpResponse:
    """A work: picture, words, licences, origin, likes and what is like it; or for whom it is, and the way in."""
    access = access_behind(request)
    shown = work_with_page(work_id=work_id, viewer=access)
    if shown.slug != slug:
        return HttpResponseRedirect(shown.get_absolute_url())
    if not may_open(access, shown):
        context = {"work": shown, "title": title_in(shown, get_language() or "en"), "closed": closed_error(shown)}
        return render(request, "catalog/locked.html", context)
    viewer, wishes = viewer_behind(request), steering_behind(request)
    if is_looked_at(request) and shown.status == Work.Status.LISTED:
        record_view(work=shown, viewer=observer_behind(request))
    version = shown.versions.filter(is_current=True).prefetch_related(versions_files_prefetch()).first()
    texts = {text.language: text for text in shown.texts.all()}
    language = get_language() or "en"
    tags = Tag.objects.filter(works=shown).prefetch_related("labels")
    together = bought_together(works=[shown.pk], limit=SIMILAR, viewer=viewer, access=access, steering=wishes)
    similar = similar_works(work=shown, limit=SIMILAR, viewer=viewer, access=access, steering=wishes)
    cards = cards_of([*together, *similar], access)
    return render(
        request,
        "catalog/work.html",
        {
            "work": shown,
            "version": version,
            "text": texts.get(language) or texts.get(shown.language) or next(iter(texts.values()), None),
            "picture": picture_of(getattr(version, "shown_files", [])) if version else None,
            "restoration": restoration_of(getattr(version, "shown_files", [])) if version else None,
            "offers": offers_of(shown),
            "availability": availability(shown),
            "is_mine": request.user.is_authenticated and shown.artist.user_id == request.user.pk,
            "likes": like_state(work_id=shown.pk, viewer_key=viewer.key if viewer else ""),
            "is_saved": is_saved(work_id=shown.pk, viewer_key=viewer.key if viewer and viewer.user_id else ""),
            "follow": follow_button(shown.artist, request),
            "provenance": provenance_panel(shown),
            **_sharing(shown, language),
            "tags": tags_in_readers_language(tags),
            "trader": trader_details(shown.artist),
            "together": [cards[key] for key in together if key in cards],
            "why_together": why_goes_with(),
            "similar": [cards[key] for key in similar if key in cards and key not in together],
            "why_similar": why_similar(),
            **noticing_of(request),
            "changes": change_links(shown),
            "by_artist": f"{reverse('search')}?{urlencode({'artist': shown.artist.handle})}",
        },
    )


def _sharing(work: Work, language: str) -> dict[str, object]:
    """Who earns with it beside its artist, and what a remix will owe."""
    remix_owes = remix_share_of(work)
    return {
        "collaborators": [share.artist for share in collaborators_of(work)],
        "made_from": [(row, title_in(row.parent, language)) for row in parents_shown(work)],
        "remix_owes": percent_of(remix_owes) if remix_owes else "",
    }


@require_POST
def like(request: HttpRequest, work_id: UUID) -> HttpResponse:
    """Like a work, or take the like back (``action=unlike``). A stranger is asked to sign in and comes back."""
    shown = work_with_page(work_id=work_id, viewer=request.user)
    if not isinstance(request.user, User):
        answer = redirect_to_login(shown.get_absolute_url())
        if request.htmx:  # type: ignore[attr-defined]
            return HttpResponse(headers={"HX-Redirect": answer.url})
        return answer
    change = unlike_work if request.POST.get("action") == "unlike" else like_work
    change(work_id=shown.pk, user=request.user)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect(shown.get_absolute_url())
    viewer = viewer_behind(request)
    likes = like_state(work_id=shown.pk, viewer_key=viewer.key if viewer else "")
    return render(request, "catalog/_like.html", {"work": shown, "likes": likes})


@require_safe
def storefront(request: HttpRequest, handle: str) -> HttpResponse:
    """An artist's works, newest first; those that are not for the visitor are locked."""
    artist = artist_by_handle(handle)
    if artist is None:
        raise Http404
    access = access_behind(request)
    result = search_works(
        query="",
        filters=WorkFilter(artist_handle=artist.handle),
        page=_page_number(request),
        page_size=ON_A_PAGE,
        access=WHOEVER,
    )
    bundles = bundle_cards(bundles_of(artist)[:MOST_BUNDLES], access=access)
    return render(
        request,
        "catalog/storefront.html",
        {
            "artist": artist,
            "follow": follow_button(artist, request),
            "trader": trader_details(artist),
            "result": result,
            "cards": cards_in_order(result.work_ids, access),
            "is_mine": request.user.is_authenticated and artist.user_id == request.user.pk,
            "takes_members": has_open_tiers(artist),
            "bundles": [card for card in bundles if not card.present.problem],
        },
    )


@require_safe
def tag(request: HttpRequest, slug: str) -> HttpResponse:
    """The works with a tag, newest first."""
    found = Tag.objects.filter(slug=slug).prefetch_related("labels").first()
    if found is None:
        raise Http404
    access = access_behind(request)
    result = search_works(
        query="",
        filters=WorkFilter(tag_slug=found.slug),
        page=_page_number(request),
        page_size=ON_A_PAGE,
        access=access,
    )
    label = label_of(found)
    return render(
        request,
        "catalog/tag.html",
        {
            "label": label,
            "also": sorted({other.label for other in found.labels.all() if other.preferred} - {label}),
            "result": result,
            "cards": cards_in_order(result.work_ids, access),
            **noticing_of(request),
        },
    )
