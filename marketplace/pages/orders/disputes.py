"""What banks dispute of an artist's sales, and what she can say to them."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from marketplace.accounts.models import User
from marketplace.core.errors import AtelierError
from marketplace.orders.errors import AnswerNotFound
from marketplace.orders.evidence.selectors import as_artist_sees, disputes_about
from marketplace.orders.models import DisputeEvidence
from marketplace.orders.services.evidence import add_words
from marketplace.orders.services.evidence.words import LONGEST
from marketplace.pages.billing.earnings import artist_or_told

PER_PAGE = 20


class WordsForm(forms.Form):
    """What the artist knows."""

    text = forms.CharField(
        label=gettext_lazy("What you know about it"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("For example what the buyer wrote to you. The bank reads it, best in English."),
    )


def _form(answer: DisputeEvidence, posted: QueryDict | None = None, *, words: str = "") -> WordsForm:
    return WordsForm(posted, initial={"text": words}, auto_id=f"words-{answer.pk}-%s")


@login_required
@require_GET
def disputes(request: HttpRequest) -> HttpResponse:
    """Her disputes: what she can add to first."""
    return _list(request)


@login_required
@require_POST
def say(request: HttpRequest, dispute_id: str) -> HttpResponse:
    """Her words, kept for the bank."""
    artist = artist_or_told(request)
    answer = disputes_about(artist).filter(pk=dispute_id).first()
    if answer is None:
        raise AnswerNotFound()
    form = _form(answer, request.POST)
    if not form.is_valid():
        return _list(request, broken=(answer, form), status=422)
    assert isinstance(request.user, User)
    try:
        add_words(author=request.user, dispute_id=dispute_id, text=form.cleaned_data["text"])
    except AtelierError as told:
        return _list(request, broken=(answer, form), error=told, status=told.http_status)
    messages.success(request, _("Thank you; the bank reads it with our answer."))
    return redirect("disputes")


def _list(
    request: HttpRequest,
    *,
    broken: tuple[DisputeEvidence, WordsForm] | None = None,
    error: AtelierError | None = None,
    status: int = 200,
) -> HttpResponse:
    artist = artist_or_told(request)
    page = Paginator(disputes_about(artist), PER_PAGE).get_page(request.GET.get("page"))
    shown = []
    for answer in page:
        one = as_artist_sees(answer, artist)
        is_broken = broken is not None and broken[0].pk == answer.pk
        form = None
        if answer.is_undecided:
            form = broken[1] if broken is not None and is_broken else _form(answer, words=one.words)
        shown.append((one, form, error if is_broken else None))
    return render(request, "orders/disputes.html", {"page": page, "shown": shown}, status=status)
