"""One shape for every error of the API: `error`, `message`, `way_out`."""

from typing import Any

from django.utils.translation import gettext
from rest_framework.response import Response
from rest_framework.views import exception_handler

from marketplace.core.errors import AtelierError


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Our own errors by their code; DRF's as DRF answers them."""
    if isinstance(error, AtelierError):
        return Response(
            {"error": error.code, "message": gettext(error.message), "way_out": error.way_out, **error.facts},
            status=error.http_status,
        )
    return exception_handler(error, context)
