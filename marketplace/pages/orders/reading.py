"""Who looks at an order: its buyer who has signed in, or somebody without an account whose browser may show it.

A browser may show an order that was begun in it, or to which somebody came by the address in her letter.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from marketplace.accounts.models import User
from marketplace.licensing.models import LicenceGrant
from marketplace.orders.guests import reader_by_key
from marketplace.orders.models import OrderLine

P = ParamSpec("P")
_SESSION = "orders"
# The session is a row of the database; a browser needs no more.
_MOST = 100


class SignInFirst(Exception):
    """Nobody here may look at it; carries the answer that leads to signing in."""

    def __init__(self, answer: HttpResponse) -> None:
        self.answer = answer


def remember(request: HttpRequest, *, order_id: UUID, reader: User) -> None:
    """Let this browser show the order to ``reader``."""
    kept = dict(request.session.get(_SESSION, {}))
    kept[str(order_id)] = str(reader.pk)
    request.session[_SESSION] = dict(list(kept.items())[-_MOST:])


def came_by_letter(request: HttpRequest, order_id: UUID) -> HttpResponse | None:
    """Take the key out of the address, so that it is not copied with it; None where there is no good one."""
    key = request.GET.get("key")
    reader = reader_by_key(order_id, key) if key else None
    if reader is None:
        return None
    remember(request, order_id=order_id, reader=reader)
    return HttpResponseRedirect(request.path)


def reader_of(request: HttpRequest, order_id: UUID) -> User:
    """Whoever looks. Raises SignInFirst."""
    if isinstance(request.user, User):
        return request.user
    reader_id = request.session.get(_SESSION, {}).get(str(order_id))
    reader = User.objects.filter(pk=reader_id, is_active=True).first() if reader_id else None
    if reader is None:
        raise SignInFirst(redirect_to_login(request.get_full_path()))
    return reader


def is_proved(request: HttpRequest, reader: User) -> bool:
    """Whether whoever looks is ``reader``: signed in, or an account that knows no more than its address.

    Whoever buys without signing in may type anybody's address.
    """
    return isinstance(request.user, User) or reader.is_guest


def proved_reader_of(request: HttpRequest, order_id: UUID) -> User:
    """Whoever looks at what says more than the order's page: a name, an address. Raises SignInFirst."""
    reader = reader_of(request, order_id)
    if not is_proved(request, reader):
        raise SignInFirst(redirect_to_login(request.get_full_path()))
    return reader


def works_bought_here(request: HttpRequest) -> set[UUID]:
    """The works of the orders that this browser may show, as far as their licences have not ended.

    Of the orders alone: whoever types somebody's address while she buys learns nothing of what else that person has.
    """
    kept = list(request.session.get(_SESSION, {}))
    if not kept:
        return set()
    lines = OrderLine.objects.filter(order__in=kept, grant__isnull=False, grant__ending=None)
    return set(lines.values_list("work_id", flat=True))


def holder_behind(request: HttpRequest, grant: LicenceGrant) -> User:
    """Whoever wants the file of a licence. Raises SignInFirst."""
    if isinstance(request.user, User):
        return request.user
    order_id = OrderLine.objects.filter(grant=grant).values_list("order_id", flat=True).first()
    if order_id is None:
        raise SignInFirst(redirect_to_login(request.get_full_path()))
    return reader_of(request, order_id)


def proved_holder_behind(request: HttpRequest, grant: LicenceGrant) -> User:
    """Whoever wants the certificate of a licence, which names its holder. Raises SignInFirst."""
    holder = holder_behind(request, grant)
    if not is_proved(request, holder):
        raise SignInFirst(redirect_to_login(request.get_full_path()))
    return holder


def by_its_reader(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For views that call one of these: who may not look is led to signing in."""

    @wraps(view)
    def answer(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except SignInFirst as needed:
            return needed.answer

    return answer
