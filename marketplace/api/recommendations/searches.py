"""My saved searches, for programs. Each person has her own alone; another's is not there."""

from typing import Any
from uuid import UUID

from django.db import transaction
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import User
from marketplace.api.recommendations.search_serializers import (
    SavedSearchChangeSerializer,
    SavedSearchSerializer,
    SearchToSaveSerializer,
)
from recommendations.errors import SavedSearchNotFound
from recommendations.models import SavedSearch
from recommendations.selectors import saved_searches_of
from recommendations.services import delete_search, rename_search, save_search, set_alerts


class SavedSearches(APIView):
    """The searches that I keep."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=SavedSearchSerializer(many=True))
    def get(self, request: Request) -> Response:
        """All of them, the latest first."""
        return Response(SavedSearchSerializer(saved_searches_of(_person(request)), many=True).data)

    @extend_schema(request=SearchToSaveSerializer, responses={201: SavedSearchSerializer})
    def post(self, request: Request) -> Response:
        """Keep a search. One that I keep already is that one, with its name; `alerts` then changes its letters."""
        asked = SearchToSaveSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        given, owner = asked.validated_data, _person(request)
        with transaction.atomic():
            search = save_search(
                owner=owner, query=given["q"], filters=asked.filters, address=asked.address, name=given["name"]
            )
            if "alerts" in given:
                set_alerts(owner=owner, search_id=search.pk, alerts=given["alerts"])
        return Response(SavedSearchSerializer(_mine(owner, search.pk)).data, status=201)


class SavedSearchOfMine(APIView):
    """One of the searches that I keep."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=SavedSearchSerializer)
    def get(self, request: Request, search_id: UUID) -> Response:
        """What it searches for, and how often letters tell of new works."""
        return Response(SavedSearchSerializer(_mine(_person(request), search_id)).data)

    @extend_schema(request=SavedSearchChangeSerializer(partial=True), responses=SavedSearchSerializer)
    def patch(self, request: Request, search_id: UUID) -> Response:
        """Change its name or its letters, whatever is given."""
        asked = SavedSearchChangeSerializer(data=request.data, partial=True)
        asked.is_valid(raise_exception=True)
        given: dict[str, Any] = asked.validated_data
        owner = _person(request)
        with transaction.atomic():
            if "name" in given:
                rename_search(owner=owner, search_id=search_id, name=given["name"])
            if "alerts" in given:
                set_alerts(owner=owner, search_id=search_id, alerts=given["alerts"])
        return self.get(request, search_id)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, search_id: UUID) -> Response:
        """Remove it; its letters end too."""
        delete_search(owner=_person(request), search_id=search_id)
        return Response(status=204)


def _person(request: Request) -> User:
    assert isinstance(request.user, User)  # IsAuthenticated has seen to it
    return request.user


def _mine(owner: User, search_id: UUID) -> SavedSearch:
    search = saved_searches_of(owner).filter(pk=search_id).first()
    if search is None:
        raise SavedSearchNotFound
    return search
