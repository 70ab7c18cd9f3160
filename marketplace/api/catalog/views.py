"""Works, for programs."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.api.catalog.serializers import (
    WorkSerializer,
    with_all_that_is_shown,
)
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import listed_works, work_to_show


class Works(ListAPIView[Work]):
    """All works of the shop, newest first."""

    serializer_class = WorkSerializer

    def get_queryset(self) -> Any:
        """What the shop shows, and what is open to whoever asks."""
        return with_all_that_is_shown(listed_works(self.request.user))


class OneWork(APIView):
    """One work."""

    @extend_schema(responses=WorkSerializer)
    def get(self, request: Request, work_id: UUID) -> Response:
        """A work by its id; in any state for its own artist. What is not for everybody answers 403 with the way in."""
        work = work_to_show(work_id=work_id, viewer=request.user)
        shown = with_all_that_is_shown(Work.objects.filter(pk=work.pk)).get()
        return Response(WorkSerializer(shown).data)
