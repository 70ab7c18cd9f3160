"""Search, for programs: by words, by filters, by a picture, and what may be typed next."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.api.catalog.search_serializers import (
    ChangeSerializer,
    FacetsSerializer,
    SearchAnswerSerializer,
    SearchPictureSerializer,
    SearchSerializer,
    SuggestionsSerializer,
    TypedSerializer,
)
from marketplace.api.catalog.serializers import WorkSerializer, works_in_order
from marketplace.catalog.audiences import Access
from marketplace.catalog.selectors import work_to_show
from recommendations.selectors import (
    search_works,
    steering_of,
    suggestions,
    works_composed_like,
    works_like_but,
    works_like_picture,
)
from recommendations.uploads import picture_to_search_by
from recommendations.viewers import viewer_of


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
            filters=asked.filters,
            page=given["page"],
            page_size=given["page_size"],
            access=access,
            colour=asked.colour_wish,
            with_facets=given["facets"],
        )
        return Response(
            {
                "count": result.total,
                "page": result.page,
                "pages": result.pages,
                "corrected": result.corrected,
                "lifted": result.lifted,
                "facets": FacetsSerializer(result.facets).data if result.facets else None,
                "results": WorkSerializer(works_in_order(result.work_ids, access), many=True).data,
            }
        )


class SearchSuggestions(APIView):
    """What a query may become."""

    @extend_schema(parameters=[TypedSerializer], responses=SuggestionsSerializer)
    def get(self, request: Request) -> Response:
        """Tags, artists, titles and words that go on from `q`; empty for less than two letters or one Chinese."""
        asked = TypedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        given = asked.validated_data
        found = suggestions(typed=given["q"], language=given["language"], access=Access(request.user))
        return Response(
            {
                "tags": [{"slug": slug, "label": label} for slug, label in found.tags],
                "artists": [{"handle": handle, "name": name} for handle, name in found.artists],
                "titles": [
                    {"work_id": title.work_id, "title": title.title, "language": title.language}
                    for title in found.titles
                ],
                "words": found.words,
            }
        )


class LikeButDifferent(APIView):
    """Works like one, but for a change of its colours."""

    @extend_schema(parameters=[ChangeSerializer], responses=WorkSerializer(many=True))
    def get(self, request: Request, work_id: UUID) -> Response:
        """Works like this one, but bluer (redder, greener, yellower, darker, lighter), or composed alike."""
        asked = ChangeSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        access = Access(request.user)
        work = work_to_show(work_id=work_id, viewer=request.user)
        given = asked.validated_data
        find = works_composed_like if given["composed"] else works_like_but
        viewer = viewer_of(user=request.user)
        wishes = steering_of(viewer)
        change, limit = given["but"], given["limit"]
        found = find(work=work, change=change, limit=limit, viewer=viewer, access=access, steering=wishes)
        return Response(WorkSerializer(works_in_order(found, access), many=True).data)


class SearchByPicture(APIView):
    """Works like a picture, for everybody, as the page is."""

    permission_classes = [AllowAny]
    parser_classes = [MultiPartParser]

    @extend_schema(request=SearchPictureSerializer, responses=WorkSerializer(many=True))
    def post(self, request: Request) -> Response:
        """The nearest works, best first. The picture is read, searched by and forgotten."""
        asked = SearchPictureSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        access = Access(request.user)
        picture = picture_to_search_by(asked.validated_data["picture"])
        found = works_like_picture(picture=picture, limit=asked.validated_data["limit"], access=access)
        return Response(WorkSerializer(works_in_order(found, access), many=True).data)
