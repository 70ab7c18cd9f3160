"""What risk does when a person signs in or up."""

from django.http import HttpRequest

from marketplace.accounts.addresses import visit_of
from marketplace.accounts.models import User
from marketplace.risk.services import note_visit


def note_sign_in(*, request: HttpRequest | None, user: User, **_more: object) -> None:
    """Where from, and with which device."""
    if request is not None:
        note_visit(person=user, visit=visit_of(request))
