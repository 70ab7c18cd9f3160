"""One shape for every error of the API: `error`, `message`, `way_out`."""

import logging
from typing import Any

from django.utils.translation import gettext
from rest_framework.response import Response
from rest_framework.views import exception_handler

from marketplace.core.errors import AtelierError, ExternalServiceError

logger = logging.getLogger(__name__)


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """Our own errors by their code; DRF's as DRF answers them."""
    if isinstance(error, AtelierError):
        facts = error.facts
        if isinstance(error, ExternalServiceError) and facts:
            # What another service said to us (its sentences name accounts, keys and objects) is for the log alone.
            logger.warning("%s: %s", error.code, facts)
            facts = {}
        return Response(
            {"error": error.code, "message": gettext(error.message), "way_out": error.way_out, **facts},
            status=error.http_status,
        )
    return exception_handler(error, context)
