"""Who I am, and the key of my programs."""

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import User
from marketplace.accounts.services import renew_api_key, revoke_api_key
from marketplace.api.accounts.serializers import KeySerializer, MyselfSerializer


def _person(request: Request) -> User:
    assert isinstance(request.user, User)  # IsAuthenticated has seen to it
    return request.user


class Myself(APIView):
    """The person whose key or session asks."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=MyselfSerializer)
    def get(self, request: Request) -> Response:
        """My name, language and storefront."""
        return Response(MyselfSerializer(_person(request)).data)


class MyKey(APIView):
    """The key of my programs."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses={201: KeySerializer})
    def post(self, request: Request) -> Response:
        """Make a new key; the old one stops working at once."""
        return Response({"key": renew_api_key(user=_person(request))}, status=201)

    @extend_schema(responses={204: None})
    def delete(self, request: Request) -> Response:
        """Revoke my key."""
        revoke_api_key(user=_person(request))
        return Response(status=204)
