"""Works and search, for programs."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.api.catalog.serializers import (
    SearchAnswerSerializer,
    SearchSerializer,
    WorkSerializer,
    with_all_that_is_shown,
    works_in_order,
)
from marketplace.catalog.audiences import Access
from marketplace.catalog.models import Work
from marketplace.catalog.selectors import listed_works, work_to_show
from recommendations.selectors import WorkFilter, search_works


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


class Search(APIView):
    """Works by words in either language, by meaning and by filters."""

    @extend_schema(parameters=[SearchSerializer], responses=SearchAnswerSerializer)
    def get(self, request: Request) -> Response:
        """The works for a query, best first; without `q` all that pass the filters, newest first."""
        asked = SearchSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        access = Access(request.user)
        result = search_works(
            query=given["q"],
            filters=WorkFilter(
                medium=given["medium"],
                licence=given["licence"],
                price_from_minor=given["price_from_minor"],
                price_to_minor=given["price_to_minor"],
                artist_handle=given["artist"].removeprefix("@"),
                colour=given["colour"],
                tag_slug=given["tag"],
            ),
            page=given["page"],
            page_size=given["page_size"],
            access=access,
        )
        return Response(
            {
                "count": result.total,
                "page": result.page,
                "pages": result.pages,
                "results": WorkSerializer(works_in_order(result.work_ids, access), many=True).data,
            }
        )
