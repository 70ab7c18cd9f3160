"""My automatic top-up, for programs."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from billing import selectors
from billing.errors import NoTopUp
from billing.services import set_top_up, stop_top_up
from marketplace.api.billing.serializers import TopUpSerializer, TopUpWishSerializer
from marketplace.api.billing.views import person_of


class MyTopUp(APIView):
    """A pack bought by itself when few credits are left."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=TopUpSerializer)
    def get(self, request: Request) -> Response:
        """What I agreed to, also where it is off now."""
        kept = selectors.top_up_of(person_of(request))
        if kept is None:
            raise NoTopUp()
        return Response(TopUpSerializer(kept).data)

    @extend_schema(request=TopUpWishSerializer, responses=TopUpSerializer)
    def put(self, request: Request) -> Response:
        """Switch it on, or change it."""
        wish = TopUpWishSerializer(data=request.data)
        wish.is_valid(raise_exception=True)
        kept = set_top_up(
            user=person_of(request),
            pack_code=wish.validated_data["pack"],
            threshold=wish.validated_data["threshold"],
            ceiling_minor=wish.validated_data["ceiling_minor"],
            has_agreed=wish.validated_data["agreed"],
        )
        return Response(TopUpSerializer(kept).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Switch it off."""
        stop_top_up(user=person_of(request))
        return Response(status=204)
