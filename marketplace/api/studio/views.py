"""Generations: quote, order, watch, cancel. The same services as the studio's page."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import ValidationError
from rest_framework.views import APIView

from generation.selectors import job_of, output_of, picture_bytes
from marketplace.accounts.models import User
from marketplace.api.pagination import Pages
from marketplace.api.studio.serializers import (
    GenerationSerializer,
    OrderSerializer,
    QuoteSerializer,
    SettingsSerializer,
    SignedRecipeSerializer,
)
from marketplace.studio.recipes import signed_recipe
from marketplace.studio.selectors import job_view, jobs_with_prices, take_up_if_it_stands_still
from marketplace.studio.services import cancel_generation, quote, start_generation


def _person(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


def _shown(request: Request, job: Any) -> dict[str, Any]:
    return dict(GenerationSerializer(job_view(job), context={"request": request}).data)


class Generations(APIView):
    """My generations."""

    permission_classes = [IsAuthenticated]
    parser_classes = [JSONParser, MultiPartParser, FormParser]

    @extend_schema(responses=GenerationSerializer(many=True))
    def get(self, request: Request) -> Response:
        """My generations, newest first; the cells of grids are under grids."""
        pages: PageNumberPagination = Pages()
        page = pages.paginate_queryset(jobs_with_prices(_person(request)), request, view=self)
        return pages.get_paginated_response([_shown(request, job) for job in page or []])

    @extend_schema(request=OrderSerializer, responses={201: GenerationSerializer})
    def post(self, request: Request) -> Response:
        """Order pictures. The credits are reserved now, spent for each picture delivered, the rest
        returned.
        """
        order = OrderSerializer(data=request.data, context={"user": _person(request)})
        order.is_valid(raise_exception=True)
        upload, picture = order.validated_data.get("input_file"), order.validated_data.get("input_picture")
        if upload and picture:
            raise ValidationError({"input_picture": "Send a file or a picture of yours, not both."})
        job = start_generation(
            user=_person(request),
            settings=order.settings(has_input=bool(upload or picture)),
            upload=upload.read() if upload else None,
            input_output_id=picture,
            submission=order.validated_data.get("submission"),
            model=order.choice.model,
        )
        return Response(_shown(request, job), status=201)


class GenerationQuote(APIView):
    """The price before the order."""

    permission_classes = [IsAuthenticated]

    @extend_schema(request=SettingsSerializer, responses=QuoteSerializer)
    def post(self, request: Request) -> Response:
        """Credits, expected seconds and unknown words. Charges nothing; with ``strength`` it quotes image
        to image.
        """
        asked = SettingsSerializer(data=request.data, context={"user": _person(request)})
        asked.is_valid(raise_exception=True)
        model = asked.choice.model
        offer = quote(
            settings=asked.settings(has_input="strength" in asked.validated_data), model=model, user=_person(request)
        )
        check = offer.prompt_check
        return Response(
            {
                "credits": offer.credits,
                "credits_per_picture": offer.credits_per_picture,
                "expected_seconds": round(offer.expected_seconds, 2),
                "waiting_seconds": round(offer.waiting_seconds, 2),
                "model": model.name,
                "model_version": model.version,
                "reasons": list(asked.choice.reasons),
                "unknown_words": list(check.unknown) if check else [],
                "suggestion": check.suggestion if check else None,
                "unknown_words_to_avoid": list(offer.unknown_to_avoid),
            }
        )


class Generation(APIView):
    """One of my generations."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=GenerationSerializer)
    def get(self, request: Request, job_id: UUID) -> Response:
        """Its state, progress and pictures."""
        job = job_of(_person(request), job_id)
        take_up_if_it_stands_still(job)
        return Response(_shown(request, job))

    @extend_schema(responses=GenerationSerializer)
    def delete(self, request: Request, job_id: UUID) -> Response:
        """Cancel it; pictures delivered stay, unspent credits come back."""
        user = _person(request)
        cancel_generation(user=user, job_id=job_id)
        return Response(_shown(request, job_of(user, job_id)))


class GenerationRecipe(APIView):
    """How one of my pictures was made."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=SignedRecipeSerializer)
    def get(self, request: Request, output_id: UUID) -> Response:
        """The recipe, signed by the site (JWS, flattened JSON): enough to make the picture again."""
        return Response(signed_recipe(_person(request), output_id))


class GenerationPicture(APIView):
    """The PNG of one of my pictures."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses={(200, "image/png"): OpenApiTypes.BINARY})
    def get(self, request: Request, output_id: UUID) -> HttpResponse:
        """The file."""
        output = output_of(_person(request), output_id)
        headers = {"Cache-Control": "private, max-age=86400, immutable", "ETag": f'"{output.sha256}"'}
        return HttpResponse(picture_bytes(output), content_type=output.media_type, headers=headers)
