"""Shares in works: offered to me, in works of mine, what they brought; and what remixes of a work owe."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing.selectors import royalties_by_work
from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import title_in, work_of_artist
from marketplace.core.errors import AtelierError
from marketplace.pages.orders.pictures import picture_address
from marketplace.pages.publishing.views import for_artists
from marketplace.pages.royalties.forms import RemixForm, ShareForm
from marketplace.royalties.models import WorkShare
from marketplace.royalties.selectors import (
    parents_shown,
    remix_share_of,
    shares_given_by,
    shares_in,
    shares_of,
)
from marketplace.royalties.services import accept_share, decline_share, end_share, offer_share, set_remix_share

# What is open comes first, so what a longer list leaves out is over.
MOST_SHOWN = 100


@require_safe
@for_artists
def my_royalties(request: HttpRequest, artist: Artist) -> HttpResponse:
    """What others offer me, what I offer others, and what each work has brought."""
    given_to_me = _titled(list(shares_of(artist)[:MOST_SHOWN]))
    income = royalties_by_work(artist)[:MOST_SHOWN]
    context = {
        "offers": [(share, title) for share, title in given_to_me if share.state == WorkShare.State.OFFERED],
        "others": [(share, title) for share, title in given_to_me if share.state != WorkShare.State.OFFERED],
        "given": _titled(list(shares_given_by(artist)[:MOST_SHOWN])),
        "income": [(one, _title(one.work)) for one in income],
    }
    return render(request, "royalties/mine.html", context)


@require_POST
@for_artists
def decide_share(request: HttpRequest, artist: Artist, share_id: UUID) -> HttpResponse:
    """Accept, decline or end (``decision``) a share; back to the work's page where ``back`` is "work"."""
    decision = request.POST.get("decision")
    if decision == "accept":
        share = accept_share(artist=artist, share_id=share_id)
        messages.success(request, _("You have a share of %(share)s from now on.") % {"share": share.percent})
    elif decision == "decline":
        decline_share(artist=artist, share_id=share_id)
        messages.success(request, _("Declined."))
    else:
        share = end_share(artist=artist, share_id=share_id)
        messages.success(request, _("The share has ended. Sales until now stay as they are."))
        if share.work.artist_id == artist.pk and request.POST.get("back") == "work":
            return redirect("work_royalties", work_id=share.work_id)
    return redirect("my_royalties")


@require_http_methods(["GET", "HEAD", "POST"])
@for_artists
def work_royalties(request: HttpRequest, artist: Artist, work_id: UUID) -> HttpResponse:
    """The shares in a work of mine; a POST offers another."""
    work = work_of_artist(work_id=work_id, artist=artist)
    form = ShareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            share = offer_share(
                artist=artist, work_id=work.pk, handle=form.cleaned_data["handle"], basis_points=form.basis_points
            )
        except AtelierError as error:
            form.add_error(None, f"{error.message} {error.way_out}".strip())
        else:
            messages.success(
                request, _("We have asked %(name)s. Her share counts once she accepts.") % {"name": share.artist.name}
            )
            return redirect("work_royalties", work_id=work.pk)
    return _page_of_work(request, work, form=form)


@require_POST
@for_artists
def remix_share(request: HttpRequest, artist: Artist, work_id: UUID) -> HttpResponse:
    """Change what remixes to come owe."""
    work = work_of_artist(work_id=work_id, artist=artist)
    remixes = RemixForm(request.POST)
    if not remixes.is_valid():
        return _page_of_work(request, work, remixes=remixes)
    set_remix_share(artist=artist, work_id=work.pk, basis_points=remixes.basis_points)
    messages.success(request, _("Changed for remixes that are published from now on."))
    return redirect("work_royalties", work_id=work.pk)


def _page_of_work(
    request: HttpRequest, work: Work, *, form: ShareForm | None = None, remixes: RemixForm | None = None
) -> HttpResponse:
    form = form or ShareForm()
    remixes = remixes or RemixForm(initial={"percent": f"{remix_share_of(work) / 100:g}"})
    context = {
        "work": work,
        "title": _title(work),
        "picture": picture_address(work),
        "shares": shares_in(work)[:MOST_SHOWN],
        "parents": [(row, _title(row.parent)) for row in parents_shown(work)],
        "form": form,
        "remixes": remixes,
    }
    return render(request, "royalties/work.html", context, status=422 if form.errors or remixes.errors else 200)


def _titled(shares: list[WorkShare]) -> list[tuple[WorkShare, str]]:
    return [(share, _title(share.work)) for share in shares]


def _title(work: Work) -> str:
    return title_in(work, get_language() or "en")
