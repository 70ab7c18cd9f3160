"""Choosing tastes: for whom the shop does not know yet."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.catalog.models import Tag, Work
from marketplace.pages.cards import cards_of, with_a_picture
from marketplace.pages.feeds.returning import steering_viewer
from marketplace.pages.labels import label_of
from marketplace.pages.viewing import access_behind, steering_behind
from recommendations.errors import TooFewPicks
from recommendations.selectors import tags_to_pick, wanted
from recommendations.services import pick_tastes
from recommendations.services.steering import FEWEST_PICKS, MOST_PICKS


@require_http_methods(["GET", "HEAD", "POST"])
def tastes(request: HttpRequest) -> HttpResponse:
    """Tags with pictures, of which at least three are chosen; it can be skipped."""
    access, wishes = access_behind(request), steering_behind(request)
    works = with_a_picture(wanted(Work.objects.listed().open_to(access), wishes))
    offered = tags_to_pick(works, limit=MOST_PICKS)
    at_least = min(FEWEST_PICKS, len(offered))
    chosen = set(wishes.picked_tags)
    if request.method == "POST":
        chosen = _chosen(request.POST.getlist("tag"))
        try:
            pick_tastes(viewer=steering_viewer(request), tag_ids=chosen, at_least=max(1, at_least))
        except TooFewPicks as error:
            messages.error(request, f"{error.message} {error.way_out}")
        else:
            messages.success(request, _("Thank you. Your front page begins with what you chose."))
            return redirect("home")
    cards = cards_of([work for _tag, work in offered], access)
    tags = {tag.pk: tag for tag in Tag.objects.filter(pk__in=[t for t, _w in offered]).prefetch_related("labels")}
    shown = [
        {"id": key, "label": label_of(tags[key]), "card": cards.get(work), "is_chosen": key in chosen}
        for key, work in offered
        if key in tags
    ]
    return render(request, "feeds/tastes.html", {"tags": shown, "at_least": at_least})


def _chosen(texts: list[str]) -> set[UUID]:
    found = set()
    for text in texts[:MOST_PICKS]:
        try:
            found.add(UUID(text))
        except ValueError:
            continue
    return found
