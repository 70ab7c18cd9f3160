"""The picture that a page's address or form names, where it is the person's own."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from generation.errors import OutputNotFound
from generation.models import GenerationOutput
from generation.selectors import output_of
from marketplace.accounts.models import User


def chosen_output(request: HttpRequest, user: User) -> GenerationOutput | None:
    """That of ``?picture=``; where it is not there, the page says so."""
    wanted = request.GET.get("picture", "")
    found = output_or_none(user, wanted)
    if wanted and found is None:
        messages.warning(request, _("The picture to begin with is not there. Choose another."))
    return found


def output_or_none(user: User, wanted: object) -> GenerationOutput | None:
    """``user``'s picture with this id; None where there is none."""
    try:
        return output_of(user, UUID(str(wanted))) if wanted else None
    except (ValueError, OutputNotFound):
        return None
