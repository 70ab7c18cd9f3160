"""Licences, for programs."""

import json
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import User
from marketplace.api.licensing.serializers import LicenceSerializer, TermsSerializer, WorkOffersSerializer
from marketplace.catalog.selectors import work_to_show
from marketplace.licensing.certificate import certificate_json
from marketplace.licensing.models import LicenceGrant
from marketplace.licensing.selectors import availability, current_terms, grant_by_number, licences_of, offers_of
from marketplace.orders.services import check_holder


class Terms(APIView):
    """The licences that there are."""

    @extend_schema(responses=TermsSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The wordings in force."""
        return Response(TermsSerializer(current_terms(), many=True).data)


class Offers(APIView):
    """What a work costs under which licence."""

    @extend_schema(responses=WorkOffersSerializer)
    def get(self, request: Request, work_id: UUID) -> Response:
        """The offers of a work that is shown, and whether they can be taken now."""
        work = work_to_show(work_id=work_id, viewer=request.user)
        state = availability(work)
        facts: dict[str, Any] = {
            "sold_exclusively": state.sold_exclusively,
            "held_until": state.held_until,
            "licences_given": state.licences_given,
            "offers": offers_of(work),
        }
        return Response(WorkOffersSerializer(facts).data)


class Licences(ListAPIView[LicenceGrant]):
    """My licences, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = LicenceSerializer
    queryset = LicenceGrant.objects.none()

    def get_queryset(self) -> QuerySet[LicenceGrant]:
        """Mine only."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        assert isinstance(self.request.user, User)
        return licences_of(self.request.user)


class Certificate(APIView):
    """The certificate of a licence that I hold."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, number: str) -> Response:
        """`certificate` to read and `signed` to check with /.well-known/atelier-keys.json."""
        grant = grant_by_number(number)
        check_holder(user=request.user, grant=grant)
        return Response(json.loads(certificate_json(grant)))
