"""Bringing files in, publishing, and one's own works, for programs of an artist."""

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from marketplace.accounts.models import Artist
from marketplace.accounts.selectors import artist_of
from marketplace.api.publishing.serializers import (
    AudienceSerializer,
    FileSerializer,
    OfferSerializer,
    OffersSerializer,
    OwnWorkSerializer,
    PublicationSerializer,
    UploadSerializer,
)
from marketplace.catalog.models import Work, WorkQuerySet
from marketplace.publishing.errors import StorefrontMissing
from marketplace.publishing.selectors import works_of
from marketplace.publishing.services import (
    Words,
    change_audience,
    change_offers,
    publish_work,
    put_back,
    receive_upload,
    take_down,
)
from marketplace.publishing.sources import FromOutput, FromUpload


def _artist(request: Request) -> Artist:
    artist = artist_of(request.user)
    if artist is None:
        raise StorefrontMissing
    return artist


class Uploads(APIView):
    """Files that are brought in."""

    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser]

    @extend_schema(request=FileSerializer, responses={201: UploadSerializer})
    def post(self, request: Request) -> Response:
        """Bring a picture in; the same file a second time is the first upload."""
        given = FileSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        file = given.validated_data["file"]
        upload = receive_upload(artist=_artist(request), data=file.read(), filename=file.name)
        return Response(UploadSerializer(upload).data, status=201)


class MyWorks(ListAPIView[Work]):
    """All works of mine."""

    permission_classes = [IsAuthenticated]
    serializer_class = OwnWorkSerializer
    queryset = Work.objects.none()

    def get_queryset(self) -> WorkQuerySet:
        return works_of(_artist(self.request))

    @extend_schema(request=PublicationSerializer, responses={201: OwnWorkSerializer})
    def post(self, request: Request) -> Response:
        """Publish a picture; a second call for the same picture answers the same work."""
        given = PublicationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        facts = given.validated_data
        work = publish_work(
            artist=_artist(request),
            source=FromOutput(facts["output"]) if "output" in facts else FromUpload(facts["upload"]),
            texts={text["language"]: Words(text["title"], text["description"]) for text in facts["texts"]},
            language=facts["texts"][0]["language"],
            tags=facts["tags"],
            offers=OfferSerializer.terms_in(facts["offers"]),
            show_prompt=facts["show_prompt"],
            audience=AudienceSerializer.choice_in(facts),
        )
        return Response(OwnWorkSerializer(work).data, status=201)


class Prices(APIView):
    """What a work of mine is sold for."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=OffersSerializer, responses=OwnWorkSerializer)
    def put(self, request: Request, work_id: UUID) -> Response:
        """Sell it under exactly these licences and prices from now on; `GET /works/<id>/offers` reads them."""
        given = OffersSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        offers = OfferSerializer.terms_in(given.validated_data["offers"])
        work = change_offers(artist=_artist(request), work_id=work_id, offers=offers)
        return Response(OwnWorkSerializer(work).data)


class AudienceOfWork(APIView):
    """Whom a work of mine is for."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=AudienceSerializer, responses=OwnWorkSerializer)
    def put(self, request: Request, work_id: UUID) -> Response:
        """For everybody, for the club first, or for my members alone. Who bought it keeps it."""
        given = AudienceSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        choice = AudienceSerializer.choice_in(given.validated_data)
        work = change_audience(artist=_artist(request), work_id=work_id, choice=choice)
        return Response(OwnWorkSerializer(work).data)


class TakeDown(APIView):
    """Out of the shop."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses=OwnWorkSerializer)
    def post(self, request: Request, work_id: UUID) -> Response:
        """Take a work of mine out of the shop; buyers keep what they bought."""
        return Response(OwnWorkSerializer(take_down(artist=_artist(request), work_id=work_id)).data)


class PutBack(APIView):
    """Into the shop again."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=None, responses=OwnWorkSerializer)
    def post(self, request: Request, work_id: UUID) -> Response:
        """Put a work that I took down into the shop again."""
        return Response(OwnWorkSerializer(put_back(artist=_artist(request), work_id=work_id)).data)
