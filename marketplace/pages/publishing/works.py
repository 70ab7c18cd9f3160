"""An artist's own works, in any state."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts.models import Artist
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import title_in
from marketplace.licensing.models import LicenceOffer
from marketplace.pages.cards import Picture, picture_of
from marketplace.pages.publishing.views import for_artists
from marketplace.publishing.selectors import works_of
from marketplace.publishing.services import put_back, take_down
from recommendations.selectors import FirstViewsOfWork, first_views_of

ON_A_PAGE = 24


@dataclass(frozen=True, slots=True)
class OwnWork:
    """A work as its artist sees it in the list."""

    work: Work
    title: str
    picture: Picture | None
    offers: list[LicenceOffer]
    first_views: FirstViewsOfWork | None = None

    @property
    def gets_first_views(self) -> bool:
        """Whether the shop still gives it places in feeds because it was shown little."""
        return self.can_be_taken_down and self.first_views is not None and self.first_views.is_open

    @property
    def can_be_taken_down(self) -> bool:
        """Whether it is in the shop."""
        return self.work.status == Work.Status.LISTED and not self.work.sold_exclusively

    @property
    def can_be_priced(self) -> bool:
        """Whether licences in it can still be sold."""
        return not self.work.sold_exclusively and self.work.status != Work.Status.HIDDEN

    @property
    def can_be_put_back(self) -> bool:
        """Whether the artist has taken it out."""
        return self.work.status in {Work.Status.UNLISTED, Work.Status.DRAFT} and not self.work.sold_exclusively


def _own(work: Work, first_views: FirstViewsOfWork | None) -> OwnWork:
    versions = getattr(work, "present_versions", [])
    return OwnWork(
        work=work,
        title=title_in(work, get_language() or "en"),
        picture=picture_of(versions[0].previews) if versions else None,
        offers=getattr(work, "active_offers", []),
        first_views=first_views,
    )


@require_safe
@for_artists
def my_works(request: HttpRequest, artist: Artist) -> HttpResponse:
    """All works of mine, newest first."""
    page = Paginator(works_of(artist), ON_A_PAGE).get_page(request.GET.get("page"))
    first_views = first_views_of([work.pk for work in page])
    works = [_own(work, first_views.get(work.pk)) for work in page]
    return render(request, "publishing/my_works.html", {"page": page, "works": works})


@require_POST
@for_artists
def take_down_work(request: HttpRequest, artist: Artist, work_id: UUID) -> HttpResponse:
    """Out of the shop; buyers keep what they bought."""
    work = take_down(artist=artist, work_id=work_id)
    messages.success(request, _("“%(title)s” is out of the shop.") % {"title": title_in(work, get_language() or "en")})
    return redirect("my_works")


@require_POST
@for_artists
def put_back_work(request: HttpRequest, artist: Artist, work_id: UUID) -> HttpResponse:
    """Into the shop again."""
    work = put_back(artist=artist, work_id=work_id)
    messages.success(
        request, _("“%(title)s” is in the shop again.") % {"title": title_in(work, get_language() or "en")}
    )
    return redirect("my_works")
