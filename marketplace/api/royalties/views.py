"""Shares in works: those that others gave me, those in a work of mine, and what remixes of it owe."""

from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import Artist
from marketplace.accounts.selectors import artist_of
from marketplace.api.royalties.serializers import (
    RemixShareSerializer,
    ShareDecisionSerializer,
    ShareOfferSerializer,
    ShareSerializer,
)
from marketplace.catalog.selectors import work_of_artist
from marketplace.publishing.errors import StorefrontMissing
from marketplace.royalties.models import WorkShare
from marketplace.royalties.selectors import remix_share_of, shares_in, shares_of
from marketplace.royalties.services import accept_share, decline_share, end_share, offer_share, set_remix_share

_DECISIONS = {"accept": accept_share, "decline": decline_share, "end": end_share}


def _artist(request: Request) -> Artist:
    artist = artist_of(request.user)
    if artist is None:
        raise StorefrontMissing
    return artist


class MyShares(ListAPIView[WorkShare]):
    """The shares in others' works that I was offered, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = ShareSerializer
    queryset = WorkShare.objects.none()

    def get_queryset(self) -> "QuerySet[WorkShare]":
        return shares_of(_artist(self.request))


class OneShare(APIView):
    """A share of mine, or in a work of mine."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=ShareDecisionSerializer, responses=ShareSerializer)
    def post(self, request: Request, share_id: UUID) -> Response:
        """Accept or decline what was offered to me, or end a share: of mine, or in a work of mine."""
        given = ShareDecisionSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        decide = _DECISIONS[given.validated_data["decision"]]
        return Response(ShareSerializer(decide(artist=_artist(request), share_id=share_id)).data)


class WorkShares(ListAPIView[WorkShare]):
    """All shares in a work of mine that were ever offered, newest first."""

    permission_classes = [IsAuthenticated]
    serializer_class = ShareSerializer
    queryset = WorkShare.objects.none()

    def get_queryset(self) -> "QuerySet[WorkShare]":
        work = work_of_artist(work_id=self.kwargs["work_id"], artist=_artist(self.request))
        return shares_in(work)

    @extend_schema(request=ShareOfferSerializer, responses={201: ShareSerializer})
    def post(self, request: Request, work_id: UUID) -> Response:
        """Offer another artist a share; it counts once she accepts."""
        given = ShareOfferSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        share = offer_share(
            artist=_artist(request),
            work_id=work_id,
            handle=given.validated_data["artist"],
            basis_points=given.validated_data["basis_points"],
        )
        return Response(ShareSerializer(share).data, status=201)


class RemixShare(APIView):
    """What remixes of a work of mine owe."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=RemixShareSerializer)
    def get(self, request: Request, work_id: UUID) -> Response:
        """What a remix that is published now owes."""
        work = work_of_artist(work_id=work_id, artist=_artist(request))
        return Response({"basis_points": remix_share_of(work)})

    @extend_schema(request=RemixShareSerializer, responses=RemixShareSerializer)
    def put(self, request: Request, work_id: UUID) -> Response:
        """Change it for remixes that are published from now on."""
        given = RemixShareSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        terms = set_remix_share(artist=_artist(request), work_id=work_id, **given.validated_data)
        return Response({"basis_points": terms.basis_points})
