"""LoRA files by program: listed, uploaded, removed, and chosen for orders."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from generation.engine.contract import LARGEST_ADAPTER_WEIGHT, MOST_ADAPTERS, SMALLEST_ADAPTER_WEIGHT
from marketplace.accounts.models import User
from marketplace.api.pagination import Pages
from marketplace.studio.loras.adding import LONGEST_NAME, LONGEST_WORDS, add_lora
from marketplace.studio.loras.checking import MOST_MEGABYTES, require_size
from marketplace.studio.loras.choices import USUAL_WEIGHT, ChosenLora, choose_loras
from marketplace.studio.loras.removing import remove_lora
from marketplace.studio.loras.selectors import loras_of
from marketplace.studio.models import Lora


class LoraSerializer(serializers.ModelSerializer[Lora]):
    """One of my LoRA files."""

    class Meta:
        model = Lora
        fields = ["id", "name", "trigger_words", "origin", "sha256", "size_bytes", "created_at"]


class LoraUploadSerializer(serializers.Serializer[dict[str, Any]]):
    """A file, and what you say of it."""

    file = serializers.FileField(
        help_text=f".safetensors with LoRA weights alone, up to {MOST_MEGABYTES} MB (multipart)."
    )
    name = serializers.CharField(max_length=LONGEST_NAME)
    trigger_words = serializers.CharField(
        max_length=LONGEST_WORDS, required=False, default="", allow_blank=True, help_text="With commas."
    )
    origin = serializers.CharField(
        max_length=LONGEST_WORDS, required=False, default="", allow_blank=True, help_text="Who made it, which licence."
    )


class LoraChoiceSerializer(serializers.Serializer[dict[str, Any]]):
    """One of my LoRA files in an order."""

    id = serializers.UUIDField()
    weight = serializers.FloatField(
        required=False, default=USUAL_WEIGHT, min_value=SMALLEST_ADAPTER_WEIGHT, max_value=LARGEST_ADAPTER_WEIGHT
    )


class LoraUsedSerializer(serializers.Serializer[dict[str, Any]]):
    """A LoRA file that pictures were made with; it stays named when the file is removed."""

    name = serializers.CharField()
    sha256 = serializers.CharField()
    weight = serializers.FloatField()


def loras_field() -> "serializers.ListSerializer[dict[str, Any]]":
    """The field ``loras`` of an order."""
    return serializers.ListSerializer(
        child=LoraChoiceSerializer(),
        required=False,
        max_length=MOST_ADAPTERS,
        help_text=f"Up to {MOST_ADAPTERS} of your LoRA files; as a form: loras[0]id, loras[0]weight, loras[1]id, …",
    )


def chosen_loras(user: User, attrs: dict[str, Any]) -> tuple[ChosenLora, ...]:
    """Those that an order's ``loras`` names. Raises LoraMissing, LoraChoiceUnusable."""
    return choose_loras(user=user, wanted=[(one["id"], one["weight"]) for one in attrs.get("loras", [])])


def _person(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user


class Loras(APIView):
    """My LoRA files."""

    permission_classes = [IsAuthenticated]
    parser_classes = [MultiPartParser, FormParser]

    @extend_schema(responses=LoraSerializer(many=True))
    def get(self, request: Request) -> Response:
        """My LoRA files, newest first."""
        pages: PageNumberPagination = Pages()
        page = pages.paginate_queryset(loras_of(_person(request)), request, view=self)
        return pages.get_paginated_response(LoraSerializer(page, many=True).data)

    @extend_schema(request=LoraUploadSerializer, responses={201: LoraSerializer})
    def post(self, request: Request) -> Response:
        """Upload one. It stays yours alone; the same file under the same name twice is one."""
        sent = LoraUploadSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        given = sent.validated_data
        require_size(given["file"].size)
        lora = add_lora(
            user=_person(request),
            data=given["file"].read(),
            name=given["name"],
            trigger_words=given["trigger_words"],
            origin=given["origin"],
        )
        return Response(LoraSerializer(lora).data, status=201)


class OneLora(APIView):
    """One of my LoRA files."""

    permission_classes = [IsAuthenticated]

    @extend_schema(responses=LoraSerializer)
    def delete(self, request: Request, lora_id: UUID) -> Response:
        """Remove it. Pictures that were made with it keep its name and hash in their recipes."""
        return Response(LoraSerializer(remove_lora(user=_person(request), lora_id=lora_id)).data)
